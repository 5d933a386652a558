//! The sentences of the queue of alerts.

use super::texts;
use crate::language::Language;
use verdict::Rule;

texts! { AlertTexts, ALERT_ZH, ALERT_KO, ALERT_EN:
    alerts: "预警", "경보", "Alerts";
    lead:
        "同一原因、同一对象只有一条，再次发生时计数增加。",
        "같은 까닭과 대상은 한 건이며, 다시 일어나면 횟수가 늘어납니다.",
        "One alert for each reason and subject; what happens again counts up.";
    alert: "预警", "경보", "Alert";
    figures: "概况", "현황", "Figures";
    open_urgent: "未处理：一级（紧急）", "미처리: 1급(긴급)", "Open, grade 1 (urgent)";
    open_important: "未处理：二级（重要）", "미처리: 2급(중요)", "Open, grade 2 (important)";
    open_notice: "未处理：三级（提示）", "미처리: 3급(알림)", "Open, grade 3 (notice)";
    urgent: "一级（紧急）", "1급(긴급)", "1 urgent";
    important: "二级（重要）", "2급(중요)", "2 important";
    notice: "三级（提示）", "3급(알림)", "3 notice";
    false_rate: "误报率", "오경보율", "False alarms";
    false_rate_of: "{} %", "{} %", "{} %";
    of_closed: "误报 {} 条", "오경보 {}건", "{} false";
    closed_in_all: "已关闭 {} 条", "종결 {}건", "{} closed";
    no_rate: "这段时间没有关闭的预警", "이 기간에 종결된 경보 없음", "none was closed in that time";
    days: "统计时间", "집계 기간", "Counted over";
    days_of: "近 {} 天", "최근 {}일", "{} days";
    by_reason: "已关闭的预警，按原因", "까닭별 종결 경보", "Closed alerts by reason";
    by_reason_none: "这段时间没有关闭的预警。", "이 기간에 종결된 경보가 없습니다.", "None was closed in that time.";
    by_reason_next:
        "关闭时注明属实或误报，这里就有误报率；误报多的规则可在“查询规则”中调整。",
        "종결할 때 사실인지 오경보인지 적으면 오경보율이 나옵니다. 오경보가 많은 규칙은 ‘조회 규칙’에서 고치세요.",
        "Say when you close one whether it was true; rules with many false alarms can be \
         changed under “Rules of checks”.";
    reason: "原因", "까닭", "Reason";
    grade: "级别", "등급", "Grade";
    subject: "对象", "대상", "Subject";
    product: "产品", "제품", "Product";
    enterprise: "企业", "기업", "Enterprise";
    n_times: "次数", "횟수", "Times";
    first_at: "首次", "처음", "First";
    last_at: "最近", "마지막", "Last";
    state: "状态", "상태", "State";
    assignee: "负责人", "담당자", "Assigned to";
    closed_at: "关闭时间", "종결 시각", "Closed";
    outcome: "结论", "결론", "Outcome";
    n_closed: "已关闭", "종결", "Closed";
    n_true: "属实", "사실", "True";
    n_false: "误报", "오경보", "False";
    n_duplicate: "重复", "중복", "Duplicate";
    none: "没有这样的预警。", "해당하는 경보가 없습니다.", "There is no such alert.";
    none_here:
        "最近的预警中没有这样的。",
        "최근 경보 가운데에는 없습니다.",
        "There is none among the newest.";
    none_here_next:
        "较早的还没有找过：请看下一页。",
        "더 오래된 것은 아직 찾지 않았습니다. 다음 화면을 보세요.",
        "Older ones were not looked at yet: go on to the next page.";
    none_next:
        "扫码异常、防伪码被锁、疑似窜货和假货举报会自动出现在这里；也可放宽上面的条件。",
        "이상 조회, 확인 번호 잠금, 무단 유통 의심, 위조 신고가 여기에 나옵니다. 위의 조건을 넓혀 보세요.",
        "Careful checks, locked PINs, suspected diversion and reports of fakes appear here; or \
         widen the filter above.";
    filter: "筛选", "거르기", "Filter";
    show: "查看", "보기", "Show";
    any: "全部", "전부", "Any";
    not_closed: "未关闭", "종결 전", "Not closed";
    open: "未处理", "미처리", "open";
    acknowledged: "已确认", "확인됨", "acknowledged";
    assigned: "处理中", "처리 중", "assigned";
    closed: "已关闭", "종결", "closed";
    whose: "谁的预警", "누구의 경보", "Whose";
    platform: "平台", "플랫폼", "The platform";
    all: "全部企业和平台", "모든 기업과 플랫폼", "All enterprises and the platform";
    careful: "查询异常", "조회 이상", "Careful verdict";
    pin_used: "防伪码被他人用过", "확인 번호를 다른 사람이 사용함", "PIN proved by another before";
    pin_locked: "防伪码被锁定", "확인 번호 잠김", "PIN locked";
    reserved_code:
        "预留码被查询：可能有人造码",
        "예비 코드 조회: 코드 위조 의심",
        "Reserved code scanned: codes are made or guessed";
    diversion: "疑似窜货", "무단 유통 의심", "Suspected diversion";
    reported_fake: "假货举报", "위조 의심 신고", "Reported as a fake";
    recall_not_followed: "召回无法重新定位", "회수 위치를 다시 찾지 못함", "Recall cannot be located anew";
    notice_given_up: "召回通知未能送达", "회수 알림을 전달하지 못함", "Notice of a recall reached nobody";
    item: "单品码", "단품 코드", "Item";
    batch: "码批次", "코드 묶음", "Batch of codes";
    dealer: "经销商", "판매상", "Dealer";
    case: "窜货案件", "무단 유통 사건", "Case";
    report: "举报", "신고", "Report";
    recall: "召回", "회수", "Recall";
    pick: "选中", "선택", "Pick";
    pick_all: "选中本页全部", "이 화면 전부 선택", "All on this page";
    edit: "处理选中的预警", "선택한 경보 처리", "Deal with those picked";
    edit_one: "处理", "처리", "Deal with it";
    see_all: "查看全部预警", "경보 모두 보기", "See all alerts";
    act: "操作", "할 일", "What to do";
    act_acknowledge: "确认", "확인", "Acknowledge";
    act_assign: "指派给", "담당자 지정", "Assign to the person below";
    act_true: "关闭：属实", "종결: 사실", "Close: it was true";
    act_false: "关闭：误报", "종결: 오경보", "Close: a false alarm";
    act_duplicate: "关闭：重复", "종결: 중복", "Close: a duplicate";
    act_reopen: "重新打开（写明原因）", "다시 열기(까닭을 적으세요)", "Open again (say why)";
    act_note: "只写备注", "메모만", "Only write the note";
    note: "备注", "메모", "Note";
    apply: "执行", "실행", "Do it";
    quiet_hint:
        "扫码预警关为误报或重复后，同一对象 30 天内不再提示。预警关闭 3 年后删除。",
        "조회 경보를 오경보나 중복으로 종결하면 같은 대상은 30일 동안 알리지 않습니다. 경보는 종결 3년 뒤에 지웁니다.",
        "A check that was closed as a false alarm or a duplicate raises no alert about the same \
         subject for 30 days. Alerts are deleted three years after they were closed.";
    history: "处理记录", "처리 기록", "What was done";
    history_none: "还没有人处理。", "아직 처리한 사람이 없습니다.", "Nobody did anything yet.";
    history_next:
        "先确认，再指派或关闭。",
        "먼저 확인하고 담당자를 정하거나 종결하세요.",
        "Acknowledge it, then assign or close it.";
    when: "时间", "시각", "When";
    who: "谁", "누가", "Who";
    noted: "备注", "메모", "noted";
    reopened: "重新打开", "다시 엶", "opened again";
    csv:
        "导出 CSV（每份最多 10,000 条）",
        "CSV로 내보내기(파일당 10,000건까지)",
        "Export as CSV (10,000 in a file at most)";
    xlsx:
        "导出 XLSX（每份最多 10,000 条）",
        "XLSX로 내보내기(파일당 10,000건까지)",
        "Export as XLSX (10,000 in a file at most)";
    open_subject: "打开对象", "대상 열기", "Open its subject";
    mail_grade: "邮件发送哪些预警", "메일로 받을 경보", "Alerts by e-mail";
    webhook_grade: "Webhook 发送哪些预警", "웹훅으로 받을 경보", "Alerts by webhook";
    grade_none: "不发送", "보내지 않음", "none";
    grade_urgent: "只发一级", "1급만", "grade 1";
    grade_important: "一级和二级", "1급과 2급", "grades 1 and 2";
    grade_notice: "全部", "전부", "all grades";
}

impl AlertTexts {
    /// What a reason, a grade, a state, an outcome or a kind of subject is called.
    pub(crate) fn of(&self, name: &str) -> &'static str {
        match name {
            "urgent" => self.urgent,
            "important" => self.important,
            "notice" => self.notice,
            "open" => self.open,
            "acknowledged" => self.acknowledged,
            "assigned" => self.assigned,
            "closed" => self.closed,
            "noted" => self.noted,
            "reopened" => self.reopened,
            "true" => self.n_true,
            "false" => self.n_false,
            "duplicate" => self.n_duplicate,
            "careful" => self.careful,
            "pin_used" => self.pin_used,
            "pin_locked" => self.pin_locked,
            "reserved_code" => self.reserved_code,
            "diversion" => self.diversion,
            "reported_fake" => self.reported_fake,
            "recall_not_followed" => self.recall_not_followed,
            "notice_given_up" => self.notice_given_up,
            "item" => self.item,
            "batch" => self.batch,
            "product" => self.product,
            "dealer" => self.dealer,
            "case" => self.case,
            "report" => self.report,
            "recall" => self.recall,
            _ => "",
        }
    }
}

impl Language {
    pub(crate) fn alert_texts(self) -> &'static AlertTexts {
        match self {
            Self::Zh => &ALERT_ZH,
            Self::Ko => &ALERT_KO,
            Self::En => &ALERT_EN,
        }
    }

    /// Why an alert was raised, with the rule that it names.
    pub(crate) fn alert_reason(self, reason: &str, detail: &str) -> String {
        let words = self.alert_texts().of(reason);
        match Rule::from_name(detail) {
            Some(rule) => format!("{words}: {}", self.rule_texts().rule(rule)),
            None => words.to_owned(),
        }
    }
}
