//! The sentences of feedback, for who sends and who reads it.

use super::texts;

texts! { FeedbackTexts, FEEDBACK_ZH, FEEDBACK_KO, FEEDBACK_EN:
    title: "意见反馈", "의견 보내기", "Feedback";
    lead:
        "请告诉我们哪里好、哪里不好。我们不记录您是谁。",
        "좋은 점과 불편한 점을 알려 주세요. 누가 보냈는지는 기록하지 않습니다.",
        "Tell what is good and what is not. Nothing is kept of who you are.";
    about_code: "关于编码 {}", "코드 {}에 관한 의견", "About the code {}";
    about: "反馈对象", "무엇에 관한 의견인가요", "What is it about";
    page: "查询页面", "조회 페이지", "This page";
    product: "商品", "상품", "The goods";
    service: "平台服务", "플랫폼 서비스", "The service";
    rating: "评分", "평점", "Rating";
    rating_none: "不评分", "평점 없음", "No rating";
    words: "内容", "내용", "In your words";
    words_hint:
        "最多 1000 字；请不要写个人信息。",
        "1000자까지. 개인정보는 쓰지 마세요.",
        "1000 characters at most; write nothing personal.";
    send: "提交", "보내기", "Send";
    sent: "谢谢，已收到。", "감사합니다. 받았습니다.", "Thank you, it was received.";
    too_much:
        "您的网络刚才提交了很多次，请过一会儿再试。",
        "같은 네트워크에서 여러 번 보냈습니다. 잠시 후 다시 시도해 주세요.",
        "Much was sent from your network just now. Try again later.";
    wrong:
        "请评分或填写内容，最多 1000 字。",
        "평점을 고르거나 1000자 이내로 내용을 써 주세요.",
        "Choose a rating or write something, 1000 characters at most.";
    none: "还没有反馈。", "아직 의견이 없습니다.", "There is no feedback yet.";
    none_next:
        "访客可以在查询结果页提交。",
        "방문자가 조회 결과 페이지에서 보낼 수 있습니다.",
        "Visitors send it from the page of a code.";
    sent_at: "时间", "시각", "Sent";
    code: "编码", "코드", "Code";
    handled: "处理情况", "처리", "Handled";
    handle: "标记为已处理", "처리함으로 표시", "Mark as handled";
    export: "导出 CSV", "CSV로 내보내기", "Export as CSV";
}
