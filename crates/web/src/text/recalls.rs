//! The sentences of recalls: orders, tasks, alerts, drills.

use super::texts;
use crate::language::Language;
use service::Gap;

texts! { RecallTexts, RECALL_ZH, RECALL_KO, RECALL_EN:
    recalls: "召回", "회수", "Recalls";
    tasks: "召回任务", "회수 과제", "Recall tasks";
    recalls_none:
        "还没有召回或演练。",
        "아직 회수나 훈련이 없습니다.",
        "There are no recalls or drills yet.";
    recalls_none_next:
        "用下面的表单查看一个批次会召回哪些产品，再决定是否下令；先做一次演练也好。",
        "아래 양식에서 로트를 넣어 회수될 제품을 먼저 보세요. 훈련부터 해도 좋습니다.",
        "See below what a lot would bring back, then decide; a drill is a good first try.";
    recall: "召回", "회수", "Recall";
    drill: "模拟召回", "모의 회수", "Drill";
    kind: "类型", "종류", "Kind";
    level: "级别", "등급", "Level";
    level_1: "一级", "1급", "1";
    level_2: "二级", "2급", "2";
    level_3: "三级", "3급", "3";
    state: "状态", "상태", "State";
    open: "进行中", "진행 중", "Open";
    closed: "已结案", "종결", "Closed";
    withdrawn: "已撤销", "철회", "Withdrawn";
    n_items: "件数", "수량", "Items";
    n_lots: "批次（不逐件）", "로트(개별 아님)", "Lots, not by item";
    n_cases: "箱", "상자", "Cases";
    n_pallets: "托盘", "팔레트", "Pallets";
    amounts: "数量", "분량", "Amounts";
    located: "已定位", "위치 확인", "Located";
    coverage: "已处置", "처리됨", "Accounted for";
    ordered: "下令时间", "명령 시각", "Ordered";
    ordered_by: "下令人", "명령자", "Ordered by";
    begin_by: "启动期限", "착수 기한", "Begin by";
    deadline: "完成期限", "완료 기한", "Deadline";
    reason: "原因", "사유", "Reason";
    instruction: "处置要求", "조치 사항", "What to do";
    instruction_zh: "处置要求（中文）", "조치 사항(중국어)", "What to do (Chinese)";
    instruction_ko: "处置要求（韩文）", "조치 사항(한국어)", "What to do (Korean)";
    instruction_en: "处置要求（英文）", "조치 사항(영어)", "What to do (English)";
    instruction_hint:
        "消费者和持有人会读到；至少填一种语言。",
        "소비자와 보유자가 읽습니다. 한 언어 이상 적으세요.",
        "Consumers and holders read it; one language at least.";
    root_hash: "集合哈希", "집합 해시", "Hash of the set";
    as_of: "截至", "기준 시각", "As of";
    preview: "查看召回范围", "회수 범위 보기", "What would come back";
    preview_lead:
        "填一项即可；这里只是查看，不会通知任何人。",
        "한 가지만 채우세요. 보기만 하며 아무에게도 알리지 않습니다.",
        "Fill in one of these. It only looks; nobody is told.";
    preview_button: "查看", "보기", "Look";
    thing:
        "批次、产品码、原料或托盘",
        "로트, 코드, 원료 또는 팔레트",
        "Lot, code, ingredient or pallet";
    event: "事件编号", "이벤트 번호", "Event ID";
    place: "地点", "장소", "Place";
    from: "从", "부터", "From";
    until: "到", "까지", "Until";
    query: "EPCIS 查询（JSON）", "EPCIS 질의(JSON)", "EPCIS query (JSON)";
    enterprise: "企业编号", "기업 번호", "Enterprise ID";
    holders: "持有人", "보유자", "Holders";
    holder: "持有人", "보유자", "Holder";
    contact: "联系方式", "연락처", "Contact";
    address: "地址", "주소", "Address";
    hidden_holders:
        "其他持有人（下令后可见）",
        "그 밖의 보유자(명령 후 표시)",
        "Other holders (named once ordered)";
    nobody: "不知去向", "행방을 모름", "Nobody knows";
    containers: "所在包装", "포장", "In";
    last_event: "最近事件", "마지막 이벤트", "Last event";
    gaps: "未覆盖的部分", "포함되지 않은 것", "What is not covered";
    gap: "原因", "이유", "Why";
    order: "下令", "명령", "Order";
    order_lead:
        "下令后，扫码的消费者立刻看到召回，持有人收到任务；演练不通知任何人。",
        "명령하면 스캔한 소비자가 바로 보고 보유자는 과제를 받습니다. 훈련은 알리지 않습니다.",
        "Whoever scans is told at once, and holders get tasks; a drill tells nobody.";
    confirm: "确认件数", "수량 확인", "Type the number of items";
    confirm_hint:
        "照上面的件数再写一遍。",
        "위의 수량을 그대로 적으세요.",
        "Repeat the number of items that stands above.";
    confirm_wrong:
        "与上面的件数不同；请再看一遍范围。",
        "위의 수량과 다릅니다. 범위를 다시 보세요.",
        "It is not the number above; look at the set again.";
    progress: "进展", "진행", "Progress";
    n_tasks:
        "任务：已发出 / 已确认 / 已报告",
        "과제: 발송 / 확인 / 보고",
        "Tasks: given / acknowledged / reported";
    n_overdue: "逾期", "기한 초과", "Overdue";
    time_to_locate: "定位全部用时", "전체 위치 확인에 걸린 시간", "Time to locate all";
    not_yet: "尚未", "아직", "Not yet";
    seconds: "{} 秒", "{}초", "{} s";
    missing: "去向不明的产品", "행방을 모르는 제품", "Goods that nobody can find";
    alerts: "预警", "경보", "Alerts";
    alerts_none: "没有预警。", "경보가 없습니다.", "There are no alerts.";
    alerts_none_next:
        "召回产品若再被移动，会出现在这里。",
        "회수 제품이 다시 움직이면 여기에 나옵니다.",
        "If recalled goods move on, it is told here.";
    alert_moved: "召回产品被移动", "회수 제품이 이동함", "Recalled goods moved on";
    alert_new: "发现新的召回产品", "새 회수 대상 발견", "Further goods belong to it";
    alert_asked:
        "他人声称还有召回产品，请决定",
        "다른 이가 회수 대상이 더 있다고 함. 결정하세요",
        "Strangers tell of further goods: decide";
    alert_made:
        "他人声称用召回产品制成了别家的产品，请决定是否通知该企业",
        "회수 제품으로 남의 제품을 만들었다는 다른 이의 말. 그 기업에 알릴지 정하세요",
        "Strangers tell that goods of another were made of it; decide whether that one is asked";
    alert_made_accepted:
        "他人声称制成了别家的产品，已通知该企业",
        "남의 제품을 만들었다는 다른 이의 말, 그 기업에 알림",
        "Made into goods of another, as strangers tell; that one was asked";
    alert_accepted: "他人声称，已纳入召回", "다른 이의 말, 회수에 포함함", "Told by strangers, accepted";
    alert_dismissed: "他人声称，已排除", "다른 이의 말, 제외함", "Told by strangers, dismissed";
    accept: "纳入召回", "회수에 포함", "Accept";
    dismiss: "排除", "제외", "Dismiss";
    reporter: "上报方", "보고자", "Told by";
    undecided: "待决定的预警", "결정할 경보", "Alerts to decide";
    located_at: "最近定位", "최근 위치 확인", "Last located";
    not_located: "无法重新定位", "다시 찾지 못함", "Not located anew";
    fault_failed:
        "自 {} 起：系统出错，将自动重试",
        "{}부터: 시스템 오류, 다시 시도합니다",
        "Since {}: something broke; it is tried again";
    fault_cut:
        "自 {} 起：范围太大，只定位了一部分",
        "{}부터: 범위가 커서 일부만 찾았습니다",
        "Since {}: it is too large, and only a part is located";
    fault_runs:
        "自 {} 起：产品分段太多；请分成几次召回",
        "{}부터: 제품 묶음이 너무 많습니다. 나누어 회수하세요",
        "Since {}: too many runs of goods; split it";
    fault_holders:
        "自 {} 起：持有人太多；请分成几次召回",
        "{}부터: 보유자가 너무 많습니다. 나누어 회수하세요",
        "Since {}: too many holders; split it";
    task_reopened: "又收到召回产品，请再次报告", "더 들어옴, 다시 보고", "More came: report again";
    task_reopened_since:
        "自 {} 起新增 {} 件。",
        "{}부터 {}개가 더 들어왔습니다.",
        "Since {}: {} more.";
    task_reopened_next:
        "请确认，并就现有的全部产品重新填报。",
        "확인하고, 지금 있는 모든 제품에 대해 다시 보고하세요.",
        "Acknowledge it, and report on all that you were told to have.";
    acknowledge: "确认收到", "확인", "Acknowledge";
    acknowledged: "已确认", "확인됨", "Acknowledged";
    tasks_none: "没有召回任务。", "회수 과제가 없습니다.", "There are no recall tasks.";
    tasks_none_next:
        "您持有的产品被召回时，任务会出现在这里。",
        "보유한 제품이 회수되면 여기에 나옵니다.",
        "If goods that you have are recalled, you find the task here.";
    task: "召回任务", "회수 과제", "Recall task";
    task_made_of:
        "您的产品用到了被召回的原料，请自查并决定是否召回。",
        "회수된 원료로 만든 제품이 있습니다. 직접 점검하고 회수 여부를 정하세요.",
        "Goods of yours were made of recalled ones: check them, and recall yours if need be.";
    owner: "召回方", "회수 주체", "Recalled by";
    expected: "应有件数", "예상 수량", "Expected";
    goods: "涉及产品", "대상 제품", "Goods";
    goods_none: "没有逐件记录。", "개별 기록이 없습니다.", "No items are told apart.";
    goods_none_next: "请与召回方联系。", "회수 주체에 문의하세요.", "Ask whoever recalls them.";
    report: "报告处置结果", "처리 결과 보고", "Report what was done";
    report_lead:
        "四项之和应等于应有件数；不等时请写明原因。",
        "네 항목의 합은 예상 수량과 같아야 합니다. 다르면 이유를 적으세요.",
        "The four add up to what is expected; if not, say why.";
    n_quarantined: "已封存", "격리", "Quarantined";
    n_returned: "已退回", "반품", "Returned";
    n_destroyed: "已销毁", "폐기", "Destroyed";
    n_sold: "已售出", "판매됨", "Sold on";
    explanation: "说明", "설명", "Explanation";
    files: "证明文件", "증빙 파일", "Evidence";
    files_none: "还没有文件。", "아직 파일이 없습니다.", "There are no files yet.";
    files_none_next: "上传照片或 PDF。", "사진이나 PDF를 올리세요.", "Add a picture or a PDF.";
    file: "文件", "파일", "File";
    uploaded_by: "上传人", "올린 사람", "Added by";
    file_add: "上传证明", "증빙 올리기", "Add evidence";
    file_hint:
        "PDF、PNG、JPEG 或 WebP，不超过 5 MB。",
        "PDF, PNG, JPEG, WebP. 5 MB 이하.",
        "PDF, PNG, JPEG or WebP, up to 5 MB.";
    overdue_tasks: "逾期任务", "기한이 지난 과제", "Overdue tasks";
    overdue_none: "没有逾期任务。", "기한이 지난 과제가 없습니다.", "No task is overdue.";
    overdue_none_next:
        "逾期未确认或未报告的任务会出现在这里。",
        "기한 내 확인·보고되지 않은 과제가 여기에 나옵니다.",
        "Tasks that nobody acknowledged or reported in time are told here.";
    close: "结案", "종결", "Close";
    close_lead:
        "结案报告写明覆盖率和每一步用时；已召回的产品扫码仍显示召回。",
        "종결 보고서에 처리율과 단계별 시간이 적힙니다. 스캔하면 계속 회수로 나옵니다.",
        "The report tells coverage and the time of each step; scans go on telling of the recall.";
    conclusion: "结论", "결론", "Conclusion";
    withdraw: "撤销（误下令）", "철회(잘못된 명령)", "Withdraw (ordered by mistake)";
    withdraw_lead:
        "只用于误下令，结案后也可以：扫码不再显示召回。",
        "잘못된 명령에만 쓰세요. 종결 뒤에도 됩니다. 스캔에 더는 나오지 않습니다.",
        "Only for a mistake, also after it was closed: scans tell no more of it.";
    withdrawn_at: "撤销时间", "철회 시각", "Withdrawn at";
    withdrawn_why: "撤销原因", "철회 이유", "Why it was withdrawn";
    withdrawal_hash:
        "撤销说明的 SHA-256（已入日志）",
        "철회 기록의 SHA-256(로그에 기록)",
        "SHA-256 of the withdrawal, a leaf of the log";
    closing_report: "召回报告", "회수 보고서", "Recall report";
    print_lead:
        "用浏览器打印本页，或另存为 PDF。",
        "브라우저로 인쇄하거나 PDF로 저장하세요.",
        "Print this page, or save it as PDF.";
    report_pdf: "下载 PDF", "PDF 받기", "PDF";
    report_xlsx: "下载 XLSX", "XLSX 받기", "XLSX";
    report_drill: "模拟召回报告", "모의 회수 보고서", "Drill report";
    report_open:
        "召回仍在进行，数字截至上列时间。",
        "회수가 진행 중이며 숫자는 위 시각 기준입니다.",
        "It is still going on; the numbers are those of the time above.";
    report_check:
        "核对：用有同样权限的账号打开下列地址，内容未再变化时，其 SHA-256 与页脚所印一致：{}",
        "확인: 같은 권한의 계정으로 아래 주소를 열면 그 뒤 바뀌지 않은 한 SHA-256이 바닥글과 같습니다: {}",
        "To check: open this address with the same rights; unless something changed since, its \
         SHA-256 is the one at the foot of each page: {}";
    report_drill_holders:
        "演练不列持有人。",
        "훈련에서는 보유자 이름이 나오지 않습니다.",
        "A drill names no holders.";
    report_more: "此处只列前 {} 行。", "앞의 {}행만 실었습니다.", "Only the first {} rows are listed.";
    made_at: "制作时间", "작성 시각", "Made at";
    closing_hash:
        "结案报告的 SHA-256（已入日志）",
        "종결 보고의 SHA-256(로그에 기록)",
        "SHA-256 of the closing, a leaf of the log";
    time_used: "用时", "걸린 시간", "Time used";
    step: "步骤", "단계", "Step";
    at: "时间", "시각", "Time";
    since_order: "距下令", "명령부터", "Since the order";
    step_locate: "定位全部产品", "모든 제품 위치 확인", "All goods located";
    step_first: "首个任务确认", "첫 과제 확인", "First task acknowledged";
    step_last: "全部任务确认", "모든 과제 확인", "All tasks acknowledged";
    step_reported: "全部任务报告", "모든 과제 보고", "All tasks reported";
    step_ended: "结束", "종료", "Ended";
    minutes: "{} 分钟", "{}분", "{} min";
    hours: "{} 小时", "{}시간", "{} h";
    days: "{} 天", "{}일", "{} d";
    difference: "差额", "차이", "Difference";
    media_type: "类型", "형식", "Type";
    bytes: "字节", "바이트", "Bytes";
    show_report: "查看报告", "보고서 보기", "Show the report";
    schedule: "演练计划", "훈련 계획", "Schedule of drills";
    every_months:
        "每几个月一次（0 为不安排）",
        "몇 달마다(0은 없음)",
        "Every so many months (0: none)";
    save: "保存", "저장", "Save";
    drill_next: "下次演练：{}", "다음 훈련: {}", "The next drill is due on {}";
    drill_due: "该做召回演练了", "회수 훈련을 할 때입니다", "A drill is due";
    drill_due_next:
        "查看一个批次的召回范围，再选「模拟召回」。",
        "로트의 회수 범위를 보고 ‘모의 회수’를 고르세요.",
        "Look at what a lot would bring back, then choose “Drill”.";
}

/// Level 1 to 3 in words.
pub(crate) fn level(t: &RecallTexts, level: u8) -> &'static str {
    match level {
        1 => t.level_1,
        2 => t.level_2,
        _ => t.level_3,
    }
}

/// What is not covered, in words.
pub(crate) fn gap(language: Language, gap: &Gap) -> String {
    let [zh, ko, en] = match gap {
        Gap::Cut(limit, at) => [
            format!("范围太大，在 {at} 处截断（{limit}）"),
            format!("범위가 커서 {at}에서 끊겼습니다({limit})"),
            format!("too much: cut at {at} ({limit})"),
        ],
        Gap::HiddenEvents(n) => [
            format!("{n} 个事件您无权查看，其持有人不列名"),
            format!("볼 수 없는 이벤트 {n}건. 보유자 이름은 나오지 않습니다"),
            format!("{n} events that you may not see; their holders are not named"),
        ],
        Gap::OthersGoods(it) => [
            format!("其他企业的产品：{} 件，{} 个批次，由其自行召回", it.n_items, it.n_lots),
            format!(
                "다른 기업의 제품 {}개, 로트 {}개. 그 기업이 회수합니다",
                it.n_items, it.n_lots
            ),
            format!("goods of others: {} items, {} lots; they recall them", it.n_items, it.n_lots),
        ],
        Gap::NoHolder(it) => [
            format!("去向不明：{} 件，{} 个批次", it.n_items, it.n_lots),
            format!("행방을 모름: {}개, 로트 {}개", it.n_items, it.n_lots),
            format!("nobody tells where: {} items, {} lots", it.n_items, it.n_lots),
        ],
        Gap::AmountsOnly(n) => [
            format!("{n} 个批次只有数量，不知是哪些件"),
            format!("로트 {n}개는 분량만 알고 어느 것인지는 모릅니다"),
            format!("of {n} lots only amounts are told, not which items"),
        ],
        Gap::ToldByOthers(name) => [
            format!(
                "他人先于您使用了 {name}；这里只按您和您授权的企业所述，其余在下达召回后由您确认"
            ),
            format!(
                "{name}은(는) 다른 기업이 먼저 썼습니다. 여기에는 귀사와 공유 상대의 말만 있고, \
                 나머지는 회수를 명한 뒤 묻습니다"
            ),
            format!(
                "others told of {name} before you: here is what you and your partners tell, and \
                 of the rest you are asked once you have ordered"
            ),
        ],
    };
    match language {
        Language::Zh => zh,
        Language::Ko => ko,
        Language::En => en,
    }
}
