//! The sentences of tests and certificates, on the page of a code and in the console.

use super::texts;

texts! { CertificateTexts, CERTIFICATE_ZH, CERTIFICATE_KO, CERTIFICATE_EN:
    title: "检测与认证", "검사·인증", "Tests and certificates";
    reported:
        "由企业上报，本平台没有核实；可凭编号向签发机构查询。点图可放大。",
        "기업이 보고한 것이며 플랫폼이 확인하지 않았습니다. 번호로 발급 기관에 문의할 수 있습니다. 그림을 누르면 커집니다.",
        "Reported by the enterprise and not verified by the platform: ask the issuer by the \
         number. Open a picture to enlarge it.";
    of_lot: "仅本批次", "이 로트만", "This lot only";
    issued_by: "签发：{}", "발급: {}", "Issued by {}";
    numbered: "编号：{}", "번호: {}", "No. {}";
    valid_until: "有效期至 {}", "유효기간: {}까지", "Valid until {}";
    expired: "已过有效期（{}）", "유효기간 만료({})", "Expired on {}";
    console: "检测与认证图片", "검사·인증 그림", "Pictures of tests and certificates";
    lead:
        "图片会显示在该产品（或该批次）每个码的页面上，注明由企业上报。每个产品、每个批次最多 6 张。",
        "그림은 이 제품(또는 로트)의 코드 페이지마다 기업이 보고한 것으로 표시됩니다. 제품과 로트마다 6개까지입니다.",
        "They are shown on the page of each code of the product, or of the lot, as reported by \
         you. Six of a product and of each lot at most.";
    own: "企业资质", "기업 자격", "Licences and certificates";
    own_lead:
        "图片会显示在企业的公开页面上，注明由企业上报；每个码的页面都有通往那里的链接。最多 6 张。",
        "그림은 기업의 공개 페이지에 기업이 보고한 것으로 표시되며, 코드 페이지마다 그곳으로 가는 링크가 있습니다. 6개까지입니다.",
        "They are shown on the public page of the enterprise, as reported by you, to which each page \
         of a code leads. Six at most.";
    add: "添加图片", "그림 추가", "Add a picture";
    name: "名称", "이름", "Title";
    name_hint:
        "例如：绿色食品证书、出厂检验报告",
        "예: 유기농 인증서, 출하 검사 성적서",
        "Such as: organic certificate, test report";
    number: "证书编号", "인증 번호", "Number";
    issuer: "签发机构", "발급 기관", "Issuer";
    until: "有效期至", "유효기간", "Valid until";
    lot: "批号", "로트 번호", "Lot number";
    lot_hint: "留空则用于该产品的所有批次", "비우면 제품의 모든 로트에 표시합니다", "Empty is all lots of the product";
    picture: "图片", "그림", "Picture";
    picture_hint:
        "PNG、JPEG 或 WebP，最大 5 MiB、4096 × 4096 像素",
        "PNG, JPEG, WebP, 5 MiB와 4096 × 4096 픽셀까지",
        "PNG, JPEG or WebP, at most 5 MiB and 4096 × 4096 pixels";
    added: "添加", "추가", "Added";
    removed: "撤下", "내림", "Taken back";
    remove: "撤下", "내리기", "Take back";
    whole_product: "所有批次", "모든 로트", "All lots";
    none: "还没有检测或认证图片。", "아직 검사·인증 그림이 없습니다.", "There are no pictures yet.";
    none_next:
        "用下面的表单添加第一张。",
        "아래 양식으로 첫 그림을 추가하세요.",
        "Add the first one with the form below.";
}
