//! Words of a trace: stages, what became of things, contradictions.

use crate::language::Language;
use service::Stage;
use trace::{FindingKind, State};

/// A part of the way from raw material to the end.
pub(crate) fn stage(language: Language, stage: Stage) -> &'static str {
    one_of(
        language,
        match stage {
            Stage::RawMaterial => ["原料", "원료", "Raw material"],
            Stage::Processing => ["加工", "가공", "Processing"],
            Stage::Production => ["生产", "생산", "Production"],
            Stage::Storage => ["仓储", "보관", "Storage"],
            Stage::Logistics => ["物流", "물류", "Logistics"],
            Stage::Channel => ["渠道", "유통", "Channel"],
            Stage::Shop => ["门店", "매장", "Shop"],
            Stage::Terminal => ["终端", "최종 사용", "End user"],
        },
    )
}

/// What became of something.
pub(crate) fn state(language: Language, state: State) -> &'static str {
    one_of(
        language,
        match state {
            State::Unknown => ["未知", "알 수 없음", "Unknown"],
            State::InStock => ["在库", "보관 중", "In stock"],
            State::InTransit => ["在途", "운송 중", "In transit"],
            State::Sold => ["已售", "판매됨", "Sold"],
            State::Used => ["已使用", "사용됨", "Used"],
            State::Destroyed => ["已销毁", "폐기됨", "Destroyed"],
            State::Decommissioned => ["编码已作废", "코드 무효", "Code withdrawn"],
        },
    )
}

/// Why two events cannot both be true.
pub(crate) fn contradiction(language: Language, kind: FindingKind) -> &'static str {
    one_of(
        language,
        match kind {
            FindingKind::TwoPlaces => {
                ["同一时间在两地", "같은 시각에 두 곳", "In two places at one time"]
            }
            FindingKind::ApartFromContainer => {
                ["与所在包装不在一处", "담긴 포장과 다른 곳", "Not where its container is"]
            }
            FindingKind::ReceivedMoreThanShipped => {
                ["收货多于发货", "출하보다 많은 입고", "More received than shipped"]
            }
            FindingKind::TwoParents => {
                ["同时装在两处", "두 포장에 동시에", "In two containers at once"]
            }
            FindingKind::CommissionedTwice => ["启用两次", "두 번 사용 개시", "Begun twice"],
            FindingKind::MovedAfterEnd => ["结束后又有动作", "종료 후 이동", "Moved after its end"],
            FindingKind::BeforeBeginning => {
                ["启用前已有动作", "개시 전 이동", "Seen before its beginning"]
            }
            FindingKind::ImpossibleSpeed => {
                ["移动快得不可能", "불가능한 속도", "Faster than anything travels"]
            }
        },
    )
}

fn one_of(language: Language, [zh, ko, en]: [&'static str; 3]) -> &'static str {
    match language {
        Language::Zh => zh,
        Language::Ko => ko,
        Language::En => en,
    }
}
