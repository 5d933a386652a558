//! The sentences of notices of recalls: letters, and the page that lists them.

use super::texts;

texts! { NoticeTexts, NOTICE_ZH, NOTICE_KO, NOTICE_EN:
    notices: "召回通知", "회수 알림", "Recall notices";
    notices_lead:
        "需要告知您的召回消息，以及每条是怎样送达的；保留 90 天。",
        "회수에 관해 알려 드릴 내용과 전달 결과입니다. 90일 동안 보관합니다.",
        "What you were to be told of recalls, and what came of it; kept for 90 days.";
    none: "还没有通知。", "아직 알림이 없습니다.", "There are no notices yet.";
    none_next:
        "在下面填写邮箱或 Webhook，召回时会主动通知您。",
        "아래에 전자우편이나 웹훅을 적어 두면 회수 때 바로 알려 드립니다.",
        "Give an address below, and you hear of recalls without looking here.";
    no_mail: "本服务器未配置邮件", "이 서버에는 메일 설정이 없습니다", "This server sends no e-mail";
    no_mail_next:
        "通知只在此页显示，Webhook 除外。运营方可用 --smtp 配置邮件。",
        "알림은 이 화면에만 나오며 웹훅은 예외입니다. 운영자가 --smtp로 설정할 수 있습니다.",
        "Notices stay on this page, except webhooks; its operator can set --smtp.";
    what: "内容", "내용", "What";
    channel: "方式", "방법", "By";
    outcome: "结果", "결과", "Outcome";
    mail: "邮件", "전자우편", "E-mail";
    webhook: "Webhook", "웹훅", "Webhook";
    console: "控制台", "콘솔", "Console";
    told: "已送达 {}", "전달됨 {}", "told {}";
    waiting: "等待发送", "발송 대기", "waiting to be sent";
    repeated: "未成功，将重试：{}", "실패, 다시 시도: {}", "not yet, it is tried again: {}";
    failed: "失败：{}", "실패: {}", "failed: {}";
    unsent: "仅在此显示", "여기에만 표시", "only here";
    replay: "重新发送", "다시 보내기", "Send again";
    failed_letters: "未能送达的通知", "전달하지 못한 알림", "Notices that reached nobody";
    failed_none: "没有未送达的通知。", "전달하지 못한 알림이 없습니다.", "Every notice was sent.";
    failed_none_next:
        "对方一天内都收不到的通知会出现在这里。",
        "하루 동안 전달하지 못한 알림이 여기에 나옵니다.",
        "What its receiver did not take for a day is told here.";
    contact: "通知送到哪里", "알림 받을 곳", "Where notices go";
    contact_lead:
        "两项都可以留空；留空时只在此页显示。",
        "둘 다 비워 둘 수 있으며, 그러면 이 화면에만 나옵니다.",
        "Both may be empty; then notices stay on this page.";
    email: "邮箱", "전자우편 주소", "E-mail address";
    email_language: "邮件语言", "메일 언어", "Language of the mail";
    webhook_url: "Webhook 地址", "웹훅 주소", "Address of the webhook";
    webhook_hint:
        "HTTPS 地址；每条通知以 JSON 发送。",
        "HTTPS 주소. 알림마다 JSON으로 보냅니다.",
        "An HTTPS address that gets each notice as JSON.";
    token: "签名密钥", "서명 키", "Key to sign with";
    token_hint:
        "留空则保留同一地址原来的密钥。",
        "비워 두면 같은 주소의 기존 키를 그대로 씁니다.",
        "Empty keeps that of the same address.";
    save: "保存", "저장", "Save";
    task: "召回任务：请处理您持有的产品", "회수 과제: 보유 제품을 처리하세요",
        "Recall task: goods that you hold are called back";
    task_made_of:
        "召回任务：您的产品用到了被召回的产品",
        "회수 과제: 귀사 제품에 회수 대상이 쓰였습니다",
        "Recall task: goods of yours were made of recalled ones";
    closed: "召回已结案", "회수가 종결되었습니다", "The recall was closed";
    withdrawn: "召回已撤销", "회수가 철회되었습니다", "The recall was withdrawn";
    ended: "召回已结束", "회수가 끝났습니다", "The recall ended";
    alert: "已召回的产品又有流转", "회수 대상 제품이 다시 움직였습니다", "Recalled goods have moved on";
    reminder: "提醒：召回任务已逾期", "알림: 회수 과제의 기한이 지났습니다",
        "Reminder: a recall task is overdue";
    overdue: "持有人的召回任务逾期", "보유자의 회수 과제가 기한을 넘겼습니다",
        "Recall tasks of holders are overdue";
    drill_due: "该做召回演练了", "회수 훈련을 할 때입니다", "A recall drill is due";
    ordered: "召回已下令", "회수 명령이 내려졌습니다", "A recall was ordered";
    raised: "新预警", "새 경보", "A new alert";
    raised_next:
        "请打开下面的链接，确认、指派或关闭。",
        "아래 링크를 열어 확인하고, 담당자를 정하거나 종결하세요.",
        "Open the link to acknowledge, assign or close it.";
    confirm:
        "请确认：召回通知和预警发到这个邮箱吗？",
        "확인해 주세요: 회수 알림과 경보를 이 주소로 보낼까요?",
        "Please confirm: shall recall notices and alerts come to this address?";
    confirm_next:
        "请打开下面的链接，按“确认”。在此之前不会再发别的邮件。若与您无关，不必理会，链接到期自动失效。",
        "아래 링크를 열고 ‘확인’을 누르세요. 그 전에는 다른 메일을 보내지 않습니다. 모르는 일이면 그냥 두세요. 링크는 저절로 만료됩니다.",
        "Open the link and press “Confirm”; until then nothing else is sent here. If you know \
         nothing of this, do nothing: the link ends by itself.";
    confirm_footer:
        "本邮件由系统自动发送，请勿回复。",
        "자동으로 보낸 메일이니 회신하지 마세요.",
        "Sent by a machine that reads no answers.";
    reader: "谁的通知", "누구의 알림", "Notices of";
    valid_until: "链接有效期至", "링크 유효 기한", "The link ends at";
    confirm_title: "确认邮箱", "전자우편 확인", "Confirm an address";
    confirm_button: "确认", "확인", "Confirm";
    confirmed_title: "邮箱已确认", "주소가 확인되었습니다", "The address is confirmed";
    confirmed_lead:
        "召回通知和选定的预警从现在起发到这个邮箱；可在控制台更改。",
        "이제 회수 알림과 고른 경보를 이 주소로 보냅니다. 콘솔에서 바꿀 수 있습니다.",
        "Recall notices and the alerts chosen come there from now on; the console changes that.";
    not_confirmed:
        "邮箱尚未确认：请打开邮件中的链接",
        "주소가 아직 확인되지 않음: 메일의 링크를 여세요",
        "the address is not confirmed yet: open the link in its letter";
    limit_of_address:
        "该邮箱今天的邮件已达上限",
        "이 주소로 보낼 오늘의 메일 한도에 이름",
        "the daily limit of letters to this address is reached";
    limit_of_address_from_enterprise:
        "该企业今天发往该邮箱的邮件已达上限",
        "이 기업의 회수에 관해 이 주소로 보낼 오늘의 메일 한도에 이름",
        "the daily limit of letters to this address about goods of this enterprise is reached";
    limit_of_enterprise:
        "该企业今天的召回邮件已达上限",
        "이 기업의 회수에 관한 오늘의 메일 한도에 이름",
        "the daily limit of letters about goods of this enterprise is reached";
    is_confirmed: "已确认", "확인됨", "It is confirmed.";
    waits_for_confirmation:
        "尚未确认：已发去一封邮件，打开其中的链接后才会发送通知。",
        "아직 확인되지 않음: 보낸 메일의 링크를 열어야 알림을 보냅니다.",
        "Not confirmed yet: a letter was sent there, and notices follow once its link was opened.";
    ask_again: "重新发送确认邮件", "확인 메일 다시 보내기", "Send that letter again";
    task_next:
        "请打开下面的链接确认任务，停止销售，封存产品，并在期限内报告数量。",
        "아래 링크에서 과제를 확인하고, 판매를 멈추고 격리한 뒤 기한 안에 수량을 보고하세요.",
        "Open the link, acknowledge, stop selling, set the goods apart, and report how many.";
    made_of_next:
        "请检查用它们制成的产品，并在链接中说明处理结果。",
        "그것으로 만든 제품을 살펴보고 링크에서 조치 결과를 알려 주세요.",
        "Look at what was made of them, and say in the link what became of it.";
    closed_next:
        "任务不再接受报告；已召回的产品扫码仍显示召回。",
        "과제는 더 이상 보고를 받지 않습니다. 스캔하면 계속 회수로 나옵니다.",
        "Its tasks take no more reports; scans go on telling of the recall.";
    withdrawn_next:
        "该召回是误下的命令，您不必再做什么。",
        "잘못 내려진 명령이므로 더 하실 일은 없습니다.",
        "It was ordered by mistake; there is nothing more to do.";
    alert_next:
        "请打开链接查看新的持有人。",
        "링크에서 새 보유자를 확인하세요.",
        "Open the link to see who has them now.";
    reminder_next:
        "请立即打开链接，确认或报告。监管部门已得知。",
        "지금 링크를 열어 확인하거나 보고하세요. 감독 기관에도 알려졌습니다.",
        "Open the link now and acknowledge or report; whoever watches was told as well.";
    overdue_next:
        "持有人没有按时确认或报告，请督促。",
        "보유자가 제때 확인하거나 보고하지 않았습니다. 독촉하세요.",
        "Holders did not acknowledge or report in time; call them.";
    drill_due_next:
        "请打开链接，选一个批次做模拟召回。",
        "링크에서 로트를 골라 모의 회수를 하세요.",
        "Open the link and drill with a lot.";
    ordered_next:
        "请打开链接，跟进持有人和进度。",
        "링크에서 보유자와 진행 상황을 확인하세요.",
        "Open the link to follow holders and progress.";
    number: "召回编号", "회수 번호", "Recall";
    has: "您持有", "보유 수량", "You have";
    asked: "应处理", "처리할 수량", "To be dealt with";
    amount: "{} 件", "{}개", "{} items";
    amount_lots: "{} 个批次", "로트 {}개", "{} lots";
    link: "链接", "링크", "Link";
    footer:
        "本邮件由系统自动发送，请勿回复；在控制台“召回通知”可更改收件地址。",
        "자동으로 보낸 메일이니 회신하지 마세요. 콘솔의 ‘회수 알림’에서 주소를 바꿀 수 있습니다.",
        "Sent by a machine that reads no answers; the console changes where notices go.";
}
