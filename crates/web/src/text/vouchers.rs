//! The sentences of vouchers, on pages and on paper.

use super::texts;

texts! { VoucherTexts, VOUCHER_ZH, VOUCHER_KO, VOUCHER_EN:
    save: "保存查询凭证", "조회 증명서 저장", "Save a voucher";
    title: "查询凭证", "조회 증명서", "Voucher of a check";
    checked_then:
        "查询凭证：{} 的结果",
        "조회 증명서: {}의 결과",
        "Voucher: what was found on {}";
    then:
        "这是以前保存的结果，不是对您手里商品的查询。请现在重新查询。",
        "전에 저장한 결과이며, 지금 들고 있는 상품을 조회한 것이 아닙니다. 지금 다시 조회해 주세요.",
        "An answer of the past, and no check of what you hold. Check the code now.";
    number: "凭证编号", "증명서 번호", "Number of the voucher";
    verdict: "当时的结果", "당시 결과", "What was found";
    product: "产品", "제품", "Product";
    place: "查询地点", "조회 지역", "Where it was checked";
    saved_at: "保存时间", "저장 시각", "Saved at";
    domain: "平台网址", "플랫폼 주소", "Platform";
    key: "签名密钥", "서명 키", "Signed by key";
    means_title: "它证明什么", "이 증명서의 의미", "What it proves";
    means_said:
        "本平台在上述时间对这个编码给出了上述结果，并已签名。",
        "플랫폼이 위의 시각에 이 코드에 대해 위의 결과를 알렸고, 거기에 서명했습니다.",
        "The platform answered so for this code at that time, and signed it.";
    means_not:
        "它不证明任何商品为真，也不证明编码没有被复制，或某件商品就是当时查询的那一件。",
        "어떤 상품이 진짜라는 것도, 코드가 복제되지 않았다는 것도, 어떤 상품이 그때 조회한 바로 그것이라는 것도 증명하지 않습니다.",
        "It proves neither that any goods are real, nor that the code was not copied, nor that \
         some goods are those that were checked.";
    means_paper:
        "截图和打印件可以改动。请在本平台上按编号再看一次，或核验签名文本。",
        "화면과 인쇄물은 고칠 수 있습니다. 이 플랫폼에서 번호로 다시 보거나 서명된 파일을 검증하세요.",
        "Pictures and prints can be changed: look the number up here, or check the signed text.";
    how_title: "离线核验", "오프라인 검증", "Checking it offline";
    how:
        "下载签名文本和公钥，然后运行：",
        "서명된 파일과 공개 키를 내려받아 다음을 실행하세요.",
        "Download the signed text and the public key, then run:";
    as_pdf: "下载 PDF", "PDF 내려받기", "As PDF";
    as_text: "签名文本", "서명된 파일", "Signed text";
    as_key: "公钥", "공개 키", "Public key";
    check_now: "现在重新查询", "지금 다시 조회", "Check it now";
    address: "网上查看：{}", "온라인에서 보기: {}", "Online: {}";
    too_many:
        "这个编码或您的网络最近保存的凭证太多了，请过 {} 再试。",
        "이 코드나 네트워크에서 저장한 증명서가 너무 많습니다. {} 뒤에 다시 시도해 주세요.",
        "Too many vouchers of this code or from your network were saved; try again in {}.";
    minutes: "{} 分钟", "{}분", "{} min";
}
