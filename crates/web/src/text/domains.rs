//! The sentences of the domains of enterprises.

use super::texts;

texts! { DomainTexts, DOMAIN_ZH, DOMAIN_KO, DOMAIN_EN:
    domains: "域名", "도메인", "Domains";
    lead:
        "已验证的域名显示在企业的公开页面上，帮助消费者识别仿冒网站。它说明谁控制域名，不说明商品。",
        "확인된 도메인은 기업 공개 페이지에 표시되어 가짜 사이트를 가려내도록 돕습니다. 도메인을 누가 관리하는지만 말하며 제품에 대한 것은 아닙니다.",
        "Verified domains stand on your public page, so that people can tell them from \
         look-alikes. They say who has the domain, and nothing of goods.";
    domain: "域名", "도메인", "Domain";
    domain_hint:
        "例如 shop.example.com，不带 https:// 和路径",
        "예: shop.example.com, https:// 와 경로 없이",
        "Like shop.example.com, without https:// and path";
    proof: "状态", "상태", "State";
    file: "放在哪里：内容", "파일 위치: 내용", "File: what it holds";
    checked: "最近检查", "마지막 확인", "Last look";
    never: "尚未检查", "아직 확인 안 함", "Not yet";
    waiting: "待验证", "확인 대기", "Not verified yet";
    verified: "已验证", "확인됨", "Verified";
    lapsed: "验证已失效", "확인 만료", "No longer verified";
    none: "还没有域名。", "도메인이 없습니다.", "There is no domain yet.";
    none_next:
        "在下面添加一个，再把给出的一行放进该网站的文件里。",
        "아래에서 추가한 뒤, 표시된 한 줄을 사이트의 파일에 넣으세요.",
        "Add one below, then put the line that it gets into a file of that site.";
    add: "添加域名", "도메인 추가", "Add a domain";
    add_lead:
        "添加后会得到一行文字。把它放进表中所示的文件，再点检查；之后每天自动检查一次。",
        "추가하면 한 줄의 문자가 나옵니다. 표에 나온 파일에 넣고 확인을 누르세요. 이후 매일 자동으로 확인합니다.",
        "It gets a line of text. Put that into the file of the table and press check; from then \
         on it is looked at each day.";
    check: "检查", "확인", "Check";
    remove: "删除", "삭제", "Remove";
    public_title: "已验证的域名", "확인된 도메인", "Verified domains";
    public_lead:
        "企业证明了它控制这些域名。其他网站即使看起来一样，也不是这里列出的。",
        "기업이 관리한다는 것을 증명한 도메인입니다. 비슷해 보여도 여기 없는 사이트는 다른 곳입니다.",
        "The enterprise proved that it has these. A site that is not here is another, however \
         much it looks like one of them.";
    public_none:
        "这家企业没有验证过域名。",
        "이 기업이 확인한 도메인이 없습니다.",
        "The enterprise has verified no domain.";
    seen: "最近一次验证：{}", "마지막 확인: {}", "Last seen {}";
}
