//! The sentences of suspected diversions (疑似窜货, 판매지역 이탈 의심). None says that anybody did it.

use super::texts;
use crate::language::Language;

texts! { DiversionTexts, DIVERSION_ZH, DIVERSION_KO, DIVERSION_EN:
    diversions: "疑似窜货", "판매지역 이탈 의심", "Suspected diversions";
    lead:
        "同一批发货的多个码在销售区域以外被多台设备查询。这只是线索，须经核查才能认定。",
        "한 출하분의 여러 코드가 판매 지역 밖에서 여러 기기로 조회되었습니다. 단서일 뿐이며 확인이 필요합니다.",
        "Several codes of one shipment were checked outside the territory by several devices. \
         That is a hint to look into, no finding.";
    none: "没有疑似窜货。", "판매지역 이탈 의심이 없습니다.", "There is no suspected diversion.";
    none_next:
        "给经销商设定销售区域，并登记发货；之后的消费者查询会自动比对。",
        "유통사의 판매 지역을 정하고 출하를 등록하면 이후의 조회가 자동으로 비교됩니다.",
        "Give dealers territories and tell what is shipped to them; checks are compared from \
         then on.";
    case: "案件", "사건", "Case";
    state: "状态", "상태", "State";
    suspected: "疑似", "의심", "Suspected";
    checking: "核查", "확인 중", "Being checked";
    confirmed: "确认", "확정", "Confirmed";
    excluded: "排除", "제외", "Excluded";
    any: "全部", "전체", "Any";
    dealer: "经销商", "유통사", "Dealer";
    product: "产品", "제품", "Product";
    shipment: "发货", "출하", "Shipment";
    shipment_unknown: "未知", "알 수 없음", "Not known";
    area: "查询地区", "조회 지역", "Seen in";
    confidence: "可信度（%）", "신뢰도(%)", "Confidence (%)";
    n_codes: "码数", "코드 수", "Codes";
    n_devices: "设备数", "기기 수", "Devices";
    n_told: "同意定位的码数", "위치에 동의한 코드 수", "Codes with a told position";
    n_seen: "该批发货中被查询的码数", "이 출하분에서 조회된 코드 수", "Codes of the shipment seen anywhere";
    n_times: "不同时段数（每六小时）", "서로 다른 시간대 수(6시간)", "Distinct times (six hours)";
    opened: "发现时间", "발견 시각", "Found";
    due: "完成期限", "완료 기한", "Due";
    due_hint:
        "指定核查人而不填，则为 7 天。",
        "담당을 정하고 비워 두면 7일입니다.",
        "Whoever is named has seven days if it is left empty.";
    overdue: "{} · 已逾期", "{} · 기한 초과", "{} · overdue";
    to_check: "待核查的案件", "확인할 사건", "Cases to check";
    from: "自（YYYY-MM-DD）", "부터(YYYY-MM-DD)", "From (YYYY-MM-DD)";
    until: "至（YYYY-MM-DD）", "까지(YYYY-MM-DD)", "To (YYYY-MM-DD)";
    show: "查看", "보기", "Show";
    limits:
        "不能证明的：一个地址、一台设备或一个码都不足以说明问题；手机网关会把人标在别的城市；买家会旅行、会送礼。地点最多精确到城市。",
        "증명하지 못하는 것: 주소 하나, 기기 하나, 코드 하나로는 알 수 없습니다. 이동통신망은 다른 도시로 보일 수 있고, 구매자는 여행하고 선물합니다. \
         장소는 도시까지만 표시합니다.",
        "What this does not prove: one address, one device or one code tells nothing; mobile \
         networks place people in other cities; buyers travel and give presents. Places are told \
         to the city at most.";
    limits_title: "仅为线索", "단서일 뿐입니다", "A hint only";
    evidence: "依据的查询", "근거가 된 조회", "The checks it rests on";
    evidence_none: "没有留存的查询。", "남아 있는 조회가 없습니다.", "No check is kept.";
    evidence_next: "新的查询会自动补充。", "새 조회가 자동으로 더해집니다.", "New ones are added by themselves.";
    seen_at: "时间", "시각", "When";
    device: "设备（仅用于区分）", "기기(구분용)", "Device (only told apart)";
    place: "地点", "장소", "Place";
    trust: "地点可信度", "장소 신뢰도", "Trust in the place";
    trust_low: "低", "낮음", "low";
    trust_middle: "中：网络地址", "중간: 네트워크 주소", "middle: an address";
    trust_high: "高：本人同意的定位", "높음: 동의한 위치", "high: a position told with consent";
    km: "距最近销售区域（公里）", "가장 가까운 판매 지역까지(km)", "Km to the territory";
    log: "处理记录", "처리 기록", "What was done";
    log_none: "尚未处理。", "아직 처리되지 않았습니다.", "Nothing yet.";
    log_next:
        "先转入核查，写明由谁去看什么。",
        "먼저 확인을 시작하고 누가 무엇을 볼지 적으십시오.",
        "Begin with a check, and say who looks at what.";
    note: "说明", "설명", "Note";
    by: "由谁", "담당", "By";
    next: "下一步", "다음 단계", "Next step";
    next_lead:
        "疑似 → 核查 → 确认或排除；已了结的可以重新核查。",
        "의심 → 확인 → 확정 또는 제외. 끝난 사건도 다시 확인할 수 있습니다.",
        "Suspected, then checked, then confirmed or excluded; what was decided may be \
         checked again.";
    stay: "不变，只添加说明", "그대로 두고 설명만 추가", "As it is, only add the note";
    inspector: "核查人（密钥）", "확인 담당(키)", "Who looks into it (a key)";
    inspector_none: "企业自己", "기업 자체", "The enterprise itself";
    inspector_stays: "不变", "그대로 둡니다", "As it is";
    inspector_hint:
        "只在核查时指定；此密钥可查看本案件、添加说明和照片。",
        "확인 중일 때만 지정합니다. 이 키로 사건을 보고 설명과 사진을 더할 수 있습니다.",
        "Only while it is checked; the key sees this case and adds notes and pictures.";
    files: "照片和文件", "사진과 파일", "Pictures and files";
    files_none: "还没有照片。", "사진이 없습니다.", "No pictures yet.";
    files_next: "核查时拍下货架和外箱。", "확인할 때 진열대와 상자를 찍으십시오.", "Take some of the shelf and the cases.";
    file: "文件", "파일", "File";
    file_add: "添加照片", "사진 추가", "Add a picture";
    file_hint:
        "PDF、PNG、JPEG 或 WebP，最大 5 MB。",
        "PDF, PNG, JPEG 또는 WebP, 최대 5MB.",
        "PDF, PNG, JPEG or WebP, 5 MB at most.";
    name: "名称", "이름", "Name";
    cut: "案件太多，只统计了最新的一部分。", "사건이 많아 최근 것만 셌습니다.", "There are more; only the newest were counted.";
    by_dealer: "按经销商", "유통사별", "By dealer";
    by_area: "按地区", "지역별", "By area";
    by_product: "按产品", "제품별", "By product";
    by_month: "按月份", "월별", "By month";
    filter: "筛选", "필터", "Filter";
    thresholds: "提示门槛", "알림 기준", "When to hear of it";
    thresholds_lead:
        "门槛越高，提示越少。修改后按新门槛判断，已有案件不变。",
        "기준이 높을수록 알림이 적습니다. 이후의 판단에 적용되며 기존 사건은 그대로입니다.",
        "Higher ones mean fewer cases. They count from now on; cases stay as they are.";
    min_confidence: "可信度不低于（%，30–99）", "신뢰도 하한(%, 30–99)", "Confidence at least (%, 30 to 99)";
    min_codes: "不同的码不少于（2–1000）", "서로 다른 코드 하한(2–1000)", "Distinct codes at least (2 to 1000)";
    min_devices: "不同的设备不少于（2–1000）", "서로 다른 기기 하한(2–1000)", "Distinct devices at least (2 to 1000)";
    strays:
        "正常流到某一外省的比例（‰，1–300）",
        "정상적으로 다른 한 성에 이르는 비율(‰, 1–300)",
        "Of 1,000 goods, how many honest people carry into one other province (1 to 300)";
    days: "一起判断的天数（7–365）", "함께 판단하는 일수(7–365)", "Days that are judged together (7 to 365)";
    save: "保存", "저장", "Save";
    export_csv:
        "导出 CSV（每份最多 10,000 件）",
        "CSV 내보내기(파일당 10,000건까지)",
        "Export CSV (10,000 in a file at most)";
    export_xlsx:
        "导出 Excel（每份最多 10,000 件）",
        "Excel 내보내기(파일당 10,000건까지)",
        "Export Excel (10,000 in a file at most)";
}

impl Language {
    pub(crate) fn diversion_texts(self) -> &'static DiversionTexts {
        match self {
            Self::Zh => &DIVERSION_ZH,
            Self::Ko => &DIVERSION_KO,
            Self::En => &DIVERSION_EN,
        }
    }
}
