//! The sentences at a closed door, and of the page that asks where a scan was.

use super::texts;

texts! { PassTexts, PASS_ZH, PASS_KO, PASS_EN:
    title: "请稍候", "잠시만 기다려 주세요", "One moment";
    lead:
        "页面会自动继续，最多等待 {} 秒。",
        "페이지가 자동으로 넘어갑니다. 길어도 {}초입니다.",
        "This page goes on by itself, within {} seconds.";
    why:
        "您的网络最近多次查询了不存在的编码。为防止有人猜码，需要先核验一下；与您的商品无关。",
        "같은 네트워크에서 없는 코드를 여러 번 조회했습니다. 코드를 추측하지 못하도록 먼저 확인합니다. 상품과는 관계없습니다.",
        "Your network has asked for many codes that do not exist. So that nobody guesses codes, \
         this takes a moment; it says nothing of your goods.";
    go_on: "等待后继续", "기다린 뒤 계속", "Go on after that time";
    place_title: "您在哪里查询的？", "어디에서 조회하셨나요?", "Where did you check?";
    place_lead:
        "提供大致位置，帮助打击假货和窜货：同一编码出现在相距很远的地方，就值得怀疑。",
        "대략적인 위치를 알려 주시면 위조품과 불법 유통을 찾는 데 도움이 됩니다. 같은 코드가 먼 곳들에서 나오면 의심할 이유가 됩니다.",
        "Your rough position helps to find counterfeits and goods sold outside their area: one \
         code in places far apart is a reason to doubt.";
    place_kept:
        "只保存所在城市和约 1 公里精度的位置；不提供也不影响查询结果。",
        "도시와 약 1km 단위의 위치만 저장합니다. 알려 주지 않아도 조회 결과는 같습니다.",
        "Only the city and the position to about a kilometre are kept; if you refuse, nothing \
         changes.";
    place_button: "提供大致位置", "대략적인 위치 보내기", "Send my rough position";
    place_refused:
        "没有得到位置。没关系，查询结果不变。",
        "위치를 받지 못했습니다. 괜찮습니다. 조회 결과는 그대로입니다.",
        "No position was sent. That is all right: the result stays as it is.";
    place_no_script:
        "您的浏览器不运行脚本，无法提供位置；查询结果不受影响。",
        "브라우저에서 스크립트가 꺼져 있어 위치를 보낼 수 없습니다. 조회 결과에는 영향이 없습니다.",
        "Your browser runs no scripts, so it cannot tell a position; the result stays as it is.";
    place_sent: "谢谢，已收到。", "감사합니다. 받았습니다.", "Thank you, it was received.";
    place_back: "返回查询结果", "조회 결과로 돌아가기", "Back to the result";
}
