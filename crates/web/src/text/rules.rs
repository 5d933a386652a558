//! The sentences of the rules that verdicts are judged by.

use super::texts;
use crate::language::Language;
use service::SetBy;
use verdict::Rule;

texts! { RuleTexts, RULE_ZH, RULE_KO, RULE_EN:
    rules: "查询规则", "조회 규칙", "Rules of checks";
    lead:
        "规则只会让结果更谨慎，从不拒绝查询，也不说商品真假。留空即关闭。",
        "규칙은 결과를 더 조심스럽게 할 뿐이며, 조회를 막지 않습니다. 비우면 꺼집니다.",
        "A rule only makes an answer more careful; it denies nothing. An empty one is off.";
    product: "产品", "제품", "Product";
    all_products: "全部产品", "모든 제품", "All products";
    show: "查看", "보기", "Show";
    from: "目前的规则来自", "현재 규칙의 출처", "The rules in force are";
    from_default: "平台的预设值", "기본값", "the defaults";
    from_platform: "平台运营", "플랫폼 운영자", "set by the operator";
    from_enterprise: "企业", "기업", "set for all products";
    from_product: "本产品", "이 제품", "set for this product";
    save: "保存规则", "규칙 저장", "Save the rules";
    reset: "恢复为上一级的规则", "상위 규칙으로 되돌리기", "Take these rules back";
    reset_lead:
        "删除这里设定的规则；企业或平台的规则随即生效。",
        "여기서 정한 규칙을 지우며, 기업이나 플랫폼의 규칙이 적용됩니다.",
        "Rules set here end; those of the enterprise or the platform are in force again.";
    try_only: "只试算，不保存", "저장하지 않고 시험만", "Only try them, save nothing";
    grace: "同一设备只计一次的时间（小时）", "같은 기기를 한 번으로 세는 시간(시간)", "Hours in which a device counts once";
    territory: "销售区域", "판매 지역", "Sold in";
    territory_hint:
        "行政区划代码，六位，用空格隔开，如 440000 310000；留空为不限。",
        "여섯 자리 행정구역 코드를 띄어 쓰세요. 예: 440000 310000. 비우면 제한 없음.",
        "Division codes of six digits with spaces between, such as 440000; empty is everywhere.";
    travel: "不同设备之间的速度上限（公里/小时）", "기기 사이의 최고 속도(km/h)", "Speed between devices (km/h)";
    cities: "24 小时内的城市数", "24시간 안의 도시 수", "Cities within 24 hours";
    spread:
        "其他城市的设备数（每城最多计两台）",
        "다른 도시의 기기 수(도시마다 둘까지)",
        "Devices in other cities, two in each at most";
    devices: "设备数", "기기 수", "Devices";
    opened: "防伪码验证后，他人仍可查询的小时数", "확인 번호 검증 후 허용 시간", "Hours others may check after it was opened";
    early: "启用前可被查询的小时数", "사용 개시 전 허용 시간", "Hours it may be checked before its use";
    unshipped: "出厂前可被查询的小时数", "출하 전 허용 시간", "Hours it may be checked before it is shipped";
    density: "一小时内同批同城首次查询的码数", "한 시간 내 같은 도시의 첫 조회 수", "Codes of a batch in a city within an hour";
    outside: "销售区域外的设备数", "판매 지역 밖의 기기 수", "Devices outside the area of sale";
    sold: "售出后新设备仍可查询的天数", "판매 후 새 기기 허용 일수", "Days a new device may check after the sale";
    limit: "查询次数", "조회 횟수", "Checks";
    expiry: "过期后仍可用的天数", "유통기한 후 허용 일수", "Days after the end of shelf life";
    history: "变更记录", "변경 기록", "Changes";
    history_none: "还没有人改过规则。", "아직 바뀐 규칙이 없습니다.", "Nobody has changed a rule yet.";
    history_next:
        "上面显示的是正在使用的规则，可先试算再保存。",
        "위의 규칙이 적용 중입니다. 먼저 시험해 보세요.",
        "The rules above are in force; try others before you save them.";
    changed: "时间", "시각", "When";
    changed_by: "谁", "누가", "Who";
    change: "改了什么", "바뀐 내용", "What";
    none_own: "无", "없음", "none";
    trial: "试算结果", "시험 결과", "What they would have flagged";
    trial_rule: "规则", "규칙", "Rule";
    trial_tried: "试算的规则", "시험한 규칙", "These rules";
    trial_now: "目前的规则", "현재 규칙", "The rules in force";
    trial_none: "没有一件会被提示。", "알릴 것이 없습니다.", "No item would be flagged.";
    trial_next:
        "保存之前可以再调整。",
        "저장하기 전에 더 조정할 수 있습니다.",
        "Adjust them further, or save them.";
    trial_all:
        "近 30 天内被查询的全部 {} 件。",
        "최근 30일에 조회된 {}건 전부입니다.",
        "All {} items that were checked within 30 days.";
    trial_unjudged:
        "试运行无法评判：{}。",
        "시험 실행으로 판정할 수 없는 규칙: {}.",
        "A trial cannot judge: {}.";
    trial_sample:
        "近 30 天内被查询的 {} 件样本，取自最新的批次。",
        "최근 30일에 조회된 것 중 최신 묶음에서 뽑은 {}건입니다.",
        "A sample of {} items checked within 30 days, of the newest batches.";
}

impl RuleTexts {
    /// What a rule is called.
    pub(crate) fn rule(&self, rule: Rule) -> &'static str {
        match rule {
            Rule::Travel => self.travel,
            Rule::Cities => self.cities,
            Rule::Spread => self.spread,
            Rule::Devices => self.devices,
            Rule::Opened => self.opened,
            Rule::Early => self.early,
            Rule::Unshipped => self.unshipped,
            Rule::Density => self.density,
            Rule::Territory => self.outside,
            Rule::Sold => self.sold,
            Rule::Limit => self.limit,
            Rule::Expiry => self.expiry,
        }
    }

    /// Who set rules.
    pub(crate) fn set_by(&self, from: SetBy) -> &'static str {
        match from {
            SetBy::Default => self.from_default,
            SetBy::Platform => self.from_platform,
            SetBy::Enterprise => self.from_enterprise,
            SetBy::Product => self.from_product,
        }
    }
}

impl Language {
    pub(crate) fn rule_texts(self) -> &'static RuleTexts {
        match self {
            Self::Zh => &RULE_ZH,
            Self::Ko => &RULE_KO,
            Self::En => &RULE_EN,
        }
    }
}
