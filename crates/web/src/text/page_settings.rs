//! The sentences of what a producer adds to its page, there and in the console.

use super::texts;
use service::{LinkKind, Moment, PagePart};

texts! { PageTexts, PAGE_ZH, PAGE_KO, PAGE_EN:
    said_by: "企业留言", "제조사의 말", "From the producer";
    said_by_lead:
        "由该企业填写，本平台没有核实，与上面的查询结果无关。",
        "해당 기업이 작성했으며 플랫폼이 확인하지 않았습니다. 위의 조회 결과와는 무관합니다.",
        "The enterprise wrote this. The platform has not verified it; it is no part of the answer \
         above.";
    shop: "购买", "구매", "Shop";
    news: "动态资讯", "소식", "News";
    promotion: "优惠活动", "행사", "Offer";
    page: "消费者页面", "소비자 페이지", "Consumer page";
    lead:
        "在查询结果旁添加您的话和链接。您的话会标明出自企业，不能代替查询结果，也不能说商品是真的。",
        "조회 결과 옆에 귀사의 글과 링크를 더합니다. 기업의 글로 표시되며, 조회 결과를 대신하거나 진짜라고 말할 수 없습니다.",
        "Add words and links beside the answer. They are marked as yours, never stand in its \
         place, and cannot say that goods are real.";
    texts_hint:
        "可用 {product}、{enterprise}；查询过的码还可用 {n}、{first_checked}。留空即不显示。",
        "{product}, {enterprise}를 쓸 수 있고, 조회된 코드에는 {n}, {first_checked}도 됩니다. 비우면 표시하지 않습니다.",
        "{product} and {enterprise}; where a code was checked before also {n} and \
         {first_checked}. Empty shows nothing.";
    link_hint: "以 https:// 开头", "https:// 로 시작", "Begins with https://";
    save: "保存页面", "페이지 저장", "Save the page";
    preview_only: "只预览，不保存", "저장하지 않고 미리보기만", "Only preview, save nothing";
    reset: "恢复默认页面", "기본 페이지로 되돌리기", "Undo to the defaults";
    reset_lead:
        "删除这里设定的内容；企业的设定或默认页面随即生效。",
        "여기서 정한 내용을 지우며, 기업의 설정이나 기본 페이지가 적용됩니다.",
        "What is set here ends; that of the enterprise or the default is in force again.";
    hide_picture: "不显示产品图片", "제품 사진 숨기기", "Leave out the picture";
    hide_specification: "不显示规格", "규격 숨기기", "Leave out the specification";
    hide_gtin: "不显示商品条码", "상품 바코드 숨기기", "Leave out the GTIN";
    hide_registration: "不显示企业登记号", "등록번호 숨기기", "Leave out the registration number";
    hide_address: "不显示地址", "주소 숨기기", "Leave out the address";
    hide_contact: "不显示联系方式", "연락처 숨기기", "Leave out the contact";
    hide_pin: "不显示防伪码验证框", "확인 번호 입력란 숨기기", "Leave out the question for the covered digits";
    at_first_scan: "首次查询", "최초 조회", "First check";
    at_scanned_before: "他人查询过", "다른 사람이 조회함", "Checked before";
    at_checked_by_you: "本人查询过", "본인이 조회함", "Checked by the same person";
    at_careful: "请谨慎", "주의", "Be careful";
    at_pin_proved: "防伪码验证通过", "확인 번호 일치", "Covered digits confirmed";
    at_pin_wrong: "防伪码不对", "확인 번호 불일치", "Covered digits wrong";
    at_same_for_all: "多件共用", "공용 코드", "Shared by many";
    at_not_commissioned: "尚未启用", "사용 개시 전", "Not in use yet";
    history: "变更记录", "변경 기록", "Changes";
    history_none: "还没有人改过页面。", "아직 바뀐 내용이 없습니다.", "Nobody has changed it yet.";
    history_next:
        "填写上面的表单，先预览再保存。",
        "위의 양식을 채워 미리 본 뒤 저장하세요.",
        "Fill in the form above, and preview it before you save.";
    change: "改为", "바뀐 내용", "Now";
    none_own: "默认", "기본값", "Default";
}

impl PageTexts {
    /// What a link is called.
    pub(crate) fn link(&self, kind: LinkKind) -> &'static str {
        match kind {
            LinkKind::Shop => self.shop,
            LinkKind::News => self.news,
            LinkKind::Promotion => self.promotion,
        }
    }

    /// What leaves a part of the page out.
    pub(crate) fn hidden_part(&self, part: PagePart) -> &'static str {
        match part {
            PagePart::Picture => self.hide_picture,
            PagePart::Specification => self.hide_specification,
            PagePart::Gtin => self.hide_gtin,
            PagePart::Registration => self.hide_registration,
            PagePart::Address => self.hide_address,
            PagePart::Contact => self.hide_contact,
            PagePart::Pin => self.hide_pin,
        }
    }

    /// What an answer is called beside which a producer speaks.
    pub(crate) fn moment(&self, at: Moment) -> &'static str {
        match at {
            Moment::FirstScan => self.at_first_scan,
            Moment::ScannedBefore => self.at_scanned_before,
            Moment::CheckedByYou => self.at_checked_by_you,
            Moment::Careful => self.at_careful,
            Moment::PinProved => self.at_pin_proved,
            Moment::PinWrong => self.at_pin_wrong,
            Moment::SameForAll => self.at_same_for_all,
            Moment::NotCommissioned => self.at_not_commissioned,
        }
    }
}
