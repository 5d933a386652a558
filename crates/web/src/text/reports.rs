//! The sentences of reports of suspected fakes: for who reports, and for who answers.

use super::texts;
use crate::language::Language;

texts! { ReportTexts, REPORT_ZH, REPORT_KO, REPORT_EN:
    report_link: "举报疑似假货", "위조 의심 신고", "Report a suspected fake";
    report: "举报疑似假货", "위조 의심 신고", "Report a suspected fake";
    report_lead:
        "举报会送到生产企业和监管部门。您会得到一个编号，凭编号查看处理结果。",
        "신고는 생산 기업과 감독 기관에 전달됩니다. 번호를 받아 처리 결과를 볼 수 있습니다.",
        "It goes to the enterprise behind the code and to its regulator. You get a number to \
         follow it with.";
    code: "编码", "코드", "Code";
    place: "在哪里买的", "어디서 사셨나요", "Where was it bought?";
    place_hint: "店名和城市，或网店地址。", "가게 이름과 도시, 또는 온라인 주소.", "The shop and its city, or the site.";
    price: "价格", "가격", "Price";
    words: "哪里可疑", "의심되는 점", "What looks wrong?";
    photos: "照片", "사진", "Photos";
    photos_hint:
        "最多 3 张 PNG、JPEG 或 WebP，每张不超过 5 MB。拍摄地点等信息会被去除。",
        "PNG, JPEG, WebP 세 장까지, 한 장에 5 MB 이하. 촬영 위치 같은 정보는 지웁니다.",
        "Up to 3 files, PNG, JPEG or WebP of 5 MB each. Where they were taken is removed from \
         them.";
    contact: "联系方式", "연락처", "How to reach you";
    contact_hint:
        "想让企业联系您才填；只有该企业能看到，可随时删除。",
        "기업의 연락을 원할 때만 적으세요. 그 기업만 보며 언제든 지울 수 있습니다.",
        "Only if you want to be called. Only that enterprise sees it, and you can erase it.";
    optional: "（选填）", "(선택)", "(optional)";
    send: "提交举报", "신고하기", "Send the report";
    back: "返回查询结果", "조회 결과로", "Back to the result";
    followed: "举报进度", "신고 처리 상황", "Your report";
    keep_number:
        "请保存下面的编号或本页网址；我们无法为您找回。",
        "아래 번호나 이 주소를 적어 두세요. 다시 알려 드릴 수 없습니다.",
        "Keep the number or the address of this page: nobody can look it up for you.";
    number: "编号", "번호", "Number";
    state: "状态", "상태", "State";
    state_new: "已提交，等待查看", "접수됨, 확인 대기", "sent, nobody looked yet";
    state_seen: "已查看，正在核实", "확인됨, 조사 중", "somebody looks into it";
    state_answered: "已答复", "답변됨", "answered";
    finding: "结论", "결론", "What was found";
    finding_fake: "是假货", "위조품임", "it is a fake";
    finding_not_fake: "不是假货", "위조품이 아님", "it is no fake";
    finding_unclear: "无法判断", "판단할 수 없음", "nobody can say";
    answer: "答复", "답변", "Answer";
    reported_at: "举报时间", "신고 시각", "Reported";
    seen_at: "查看时间", "확인 시각", "Looked at";
    answered_at: "答复时间", "답변 시각", "Answered";
    n_photos: "照片数", "사진 수", "Photos";
    contact_kept: "您留了联系方式。", "연락처를 남기셨습니다.", "You left a way to reach you.";
    erase: "删除我的联系方式", "내 연락처 지우기", "Erase how to reach me";
    reports: "假货举报", "위조 의심 신고", "Reports of fakes";
    reports_lead:
        "消费者举报的疑似假货；答复会显示给凭编号查看的举报人。",
        "소비자가 신고한 위조 의심 건입니다. 답변은 번호를 가진 신고자에게 보입니다.",
        "What buyers reported; the answer is shown to who has the number.";
    none: "还没有举报。", "신고가 없습니다.", "Nobody reported anything yet.";
    none_next:
        "查询结果页有“举报疑似假货”链接，收到后会同时出现在“预警”中。",
        "조회 결과 화면에 신고 링크가 있으며, 접수되면 ‘경보’에도 나옵니다.",
        "The page of a code has a link to report it; what comes in is an alert as well.";
    product: "产品", "제품", "Product";
    enterprise: "企业", "기업", "Enterprise";
    one: "举报", "신고", "Report";
    photo: "照片 {}", "사진 {}", "Photo {}";
    mark_seen: "标记为已查看", "확인으로 표시", "Say that you looked";
    do_answer: "答复举报人", "신고자에게 답변", "Answer the reporter";
    answer_hint:
        "举报人会看到这段文字。",
        "신고자가 이 글을 봅니다.",
        "The reporter reads this.";
    contact_hidden:
        "举报人留了联系方式，仅企业可见",
        "신고자가 연락처를 남겼으며 기업만 볼 수 있음",
        "given; only the enterprise sees it";
    erased: "联系方式已删除", "연락처를 지움", "Contact erased";
    erase_contact: "删除联系方式", "연락처 지우기", "Erase the contact";
    erase_lead:
        "不再需要时请删除；举报本身保留。",
        "더 필요 없으면 지우세요. 신고는 남습니다.",
        "Do so once nobody needs it any more; the report stays.";
    by_reporter: "举报人", "신고자", "its reporter";
}

impl ReportTexts {
    /// What a state is called.
    pub(crate) fn state_of(&self, name: &str) -> &'static str {
        match name {
            "new" => self.state_new,
            "seen" => self.state_seen,
            _ => self.state_answered,
        }
    }

    /// What a finding is called; nothing if there is none yet.
    pub(crate) fn finding_of(&self, name: &str) -> &'static str {
        match name {
            "fake" => self.finding_fake,
            "not_fake" => self.finding_not_fake,
            "unclear" => self.finding_unclear,
            _ => "",
        }
    }
}

impl Language {
    pub(crate) fn report_texts(self) -> &'static ReportTexts {
        match self {
            Self::Zh => &REPORT_ZH,
            Self::Ko => &REPORT_KO,
            Self::En => &REPORT_EN,
        }
    }
}
