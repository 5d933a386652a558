//! Which of several links of one type a client is sent to.

use super::Link;

/// What a request says of the reader.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Wishes {
    /// Language tags with their weights in thousandths (RFC 9110 §12.5.4).
    pub languages: Vec<(String, u32)>,
    /// Value of the `context` parameter.
    pub context: Option<String>,
    /// Media types with their weights in thousandths; `*/*` and the like are left out.
    pub media_types: Vec<(String, u32)>,
}

/// The links that fit the wishes equally well and better than all others.
///
/// A link in a language that was wished for beats one that names none, and that one beats a link in
/// another language. Context and media type follow in the same way; the first difference decides.
pub(crate) fn best<'a>(links: &[&'a Link], wishes: &Wishes) -> Vec<&'a Link> {
    let fit = |link: &Link| {
        let context = wishes.context.iter().map(|it| (it.as_str(), 1000)).collect::<Vec<_>>();
        let media_type: &[_] = match link.media_type.as_str() {
            "" => &[],
            _ => std::slice::from_ref(&link.media_type),
        };
        (
            among(&link.contexts, context.into_iter(), str::eq_ignore_ascii_case),
            among(&link.languages, weighted(&wishes.languages), speaks),
            among(media_type, weighted(&wishes.media_types), str::eq_ignore_ascii_case),
        )
    };
    let Some(best) = links.iter().map(|link| fit(link)).max() else { return Vec::new() };
    links.iter().copied().filter(|link| fit(link) == best).collect()
}

fn weighted(wishes: &[(String, u32)]) -> impl Iterator<Item = (&str, u32)> + Clone {
    wishes.iter().map(|(name, weight)| (name.as_str(), *weight))
}

/// 1000 + the weight of the best wish that is offered; 1 if nothing in particular is offered; else
/// 0.
fn among<'a>(
    offered: &[String],
    wishes: impl Iterator<Item = (&'a str, u32)>,
    is_same: fn(&str, &str) -> bool,
) -> u32 {
    if offered.is_empty() {
        return 1;
    }
    let met = wishes
        .filter(|(wish, weight)| *weight > 0 && offered.iter().any(|offer| is_same(offer, wish)));
    met.map(|(_, weight)| 1000 + weight).max().unwrap_or(0)
}

/// Whether text in `offered` serves who wishes for `wish`: the same primary language, and no other
/// region (RFC 4647 §3.3.1, in either direction).
fn speaks(offered: &str, wish: &str) -> bool {
    let mut offered = offered.split('-');
    let mut wish = wish.split('-');
    loop {
        match (offered.next(), wish.next()) {
            (Some(left), Some(right)) if left.eq_ignore_ascii_case(right) => {}
            (Some(_), Some(_)) => return false,
            _ => return true,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn link(href: &str, languages: &str, contexts: &str) -> Link {
        let words = |text: &str| text.split_whitespace().map(str::to_owned).collect();
        Link {
            link_type: "https://ref.gs1.org/voc/pip".into(),
            href: href.into(),
            title: href.into(),
            media_type: String::new(),
            languages: words(languages),
            contexts: words(contexts),
            is_default: false,
            forwards_query: true,
        }
    }

    #[track_caller]
    fn check(links: &[Link], languages: &[(&str, u32)], context: Option<&str>, expected: &str) {
        let wishes = Wishes {
            languages: languages.iter().map(|(tag, q)| ((*tag).to_owned(), *q)).collect(),
            context: context.map(str::to_owned),
            media_types: Vec::new(),
        };
        let all: Vec<&Link> = links.iter().collect();
        let found: Vec<&str> = best(&all, &wishes).iter().map(|it| it.href.as_str()).collect();
        assert_eq!(found.join(" "), expected);
    }

    #[test]
    fn languages_decide_by_weight() {
        let links = [link("en", "en", ""), link("zh", "zh-CN", ""), link("any", "", "")];
        check(&links, &[("zh-CN", 1000), ("en", 800)], None, "zh");
        check(&links, &[("zh", 1000)], None, "zh");
        check(&links, &[("en-GB", 1000)], None, "en");
        check(&links, &[("zh-TW", 1000)], None, "any");
        check(&links, &[("ko", 1000)], None, "any");
        check(&links, &[("en", 0)], None, "any");
        check(&links, &[], None, "any");
    }

    #[test]
    fn without_a_difference_all_are_named() {
        let links = [link("one", "en", ""), link("two", "en", ""), link("three", "fr", "")];
        check(&links, &[("en", 1000)], None, "one two");
        check(&links, &[], None, "one two three");
        check(&[], &[], None, "");
    }

    #[test]
    fn a_context_that_was_asked_for_comes_first() {
        let links = [link("kr", "en", "KR"), link("cn", "zh", "CN TW"), link("all", "en", "")];
        check(&links, &[("en", 1000)], Some("cn"), "cn");
        check(&links, &[("en", 1000)], Some("JP"), "all");
        check(&links, &[("en", 1000)], None, "all");
    }
}
