//! The sentences of the public pages: home, verdict, history, problems.

use super::texts;

texts! { Texts, ZH, KO, EN:
    brand: "溯源", "쑤위안", "Suyuan";
    skip: "跳到正文", "본문으로 건너뛰기", "Skip to content";
    languages: "语言", "언어", "Language";
    feedback_link: "意见反馈", "의견 보내기", "Feedback";
    back_home: "返回首页", "처음으로", "Back to start";

    home_title: "查一个码", "코드 조회", "Check a code";
    home_lead:
        "输入包装上的追溯码，看看它是否有效、产品从哪里来。",
        "포장에 있는 추적 코드를 입력하면 코드가 유효한지, 제품이 어디서 왔는지 알 수 있습니다.",
        "Type the code on the pack to see whether it is valid and where the goods come from.";
    home_label: "追溯码", "추적 코드", "Trace code";
    home_hint:
        "15、17 或 21 位数字；空格、连字符和全角数字都可以。也可以粘贴整个链接，输入商品条码，或者写产品、企业的名称。",
        "15, 17 또는 21자리 숫자. 공백, 하이픈, 전각 숫자도 됩니다. 링크 전체, 상품 바코드, 제품이나 기업 이름도 됩니다.",
        "15, 17 or 21 digits; spaces, hyphens and full-width digits are fine. So is a \
         whole link, the number under a barcode, or the name of a product or an enterprise.";
    home_button: "查询", "조회", "Check";
    home_how: "怎样看结果", "결과를 보는 법", "How to read the answer";
    home_how_valid:
        "「编码有效」说明这个码由本平台签发。码可能被人复制，所以请再核对包装上的字。",
        "‘유효한 코드’는 이 플랫폼이 발급한 코드라는 뜻입니다. 코드는 복제될 수 있으니 포장의 글자도 확인해 주세요.",
        "“Valid code” means that we issued it. A code can be copied, so compare the pack too.";
    home_how_count:
        "每次查询都会记下。别人查过而您刚拆封，就要当心。",
        "조회할 때마다 기록됩니다. 방금 개봉했는데 이미 조회된 적이 있다면 주의하세요.",
        "Each check is counted. Be careful if others checked a code that you have just uncovered.";
    home_how_pin:
        "刮开涂层下的 6 位防伪码是更强的证明。",
        "긁으면 나오는 6자리 확인 번호가 더 강한 증거입니다.",
        "The six digits under the scratch layer are the stronger proof.";
    home_trial: "先试一试", "먼저 체험해 보기", "Try it first";
    home_trial_lead:
        "这些是样品码，不对应任何商品。",
        "아래는 체험용 코드이며 실제 상품이 아닙니다.",
        "These are sample codes; they stand for no goods.";
    home_trial_none:
        "还没有样品批次。平台运营登录后可以订制一个。",
        "아직 체험용 코드가 없습니다. 플랫폼 운영자가 주문할 수 있습니다.",
        "There is no sample batch yet. The operator can order one.";
    home_doors: "登录入口", "로그인", "Sign in";
    door_console: "企业", "기업", "Enterprises";
    door_dealer: "经销商", "판매점", "Dealers";
    door_regulator: "监管部门", "감독 기관", "Regulators";
    door_operator: "平台运营", "플랫폼 운영", "Operator";

    search_title: "查产品和企业", "제품과 기업 찾기", "Find goods and enterprises";
    search_lead:
        "这里只有已经生产、且企业愿意公开的产品。找到名称不说明手中这一件是真的，请查它的码。",
        "이미 생산되었고 기업이 공개한 제품만 나옵니다. 이름이 있다고 손에 든 물건이 진짜라는 뜻은 아닙니다. 코드를 조회하세요.",
        "Only goods that were made and that their maker shows. That a name is here says nothing of \
         the one in your hand: check its code.";
    search_label: "产品或企业名称", "제품 또는 기업 이름", "Name of a product or an enterprise";
    search_hint:
        "至少两个字；可以只写名称的一部分，几个词用空格分开。",
        "두 글자 이상, 이름의 일부도 됩니다. 여러 낱말은 띄어 쓰세요.",
        "Two letters or more; a part of the name will do, words with spaces between.";
    search_button: "搜索", "검색", "Search";
    search_wrong:
        "请写两个字以上、64 个字以内的名称。",
        "두 글자 이상 64자 이내로 써 주세요.",
        "Write two letters of the name or more, and 64 at most.";
    search_products: "产品", "제품", "Products";
    search_enterprises: "企业", "기업", "Enterprises";
    search_no_products:
        "没有找到。试试更短的名称，或者直接输入包装上的码。",
        "찾지 못했습니다. 더 짧은 이름이나 포장의 코드를 입력해 보세요.",
        "Nothing was found. Try a shorter name, or type the code on the pack.";
    search_go_on:
        "目前看过的里面没有，后面还有；可以继续，或换更具体的名称。",
        "지금까지 본 것에는 없고 더 있습니다. 계속하거나 더 자세한 이름을 입력해 보세요.",
        "None among those looked at so far, and there are more: go on, or try a more exact name.";
    search_no_enterprises:
        "没有找到。试试营业执照上名称的一部分。",
        "찾지 못했습니다. 사업자 등록증의 이름 일부를 써 보세요.",
        "Nothing was found. Try a part of the registered name.";
    search_more: "更多", "더 보기", "More";
    search_link: "按名称查产品和企业", "이름으로 찾기", "Search by name";
    enterprise_link: "这家企业", "이 기업", "About this enterprise";
    enterprise_lead:
        "这是企业登记的内容，不说明它的任何一件产品是真的。",
        "기업이 등록한 내용이며, 제품 하나하나가 진짜라는 뜻은 아닙니다.",
        "What the enterprise registered; it says nothing of any one item.";
    enterprise_trouble:
        "买到的东西与页面不符？请先联系企业，也可拨打 12315（中国大陆）。",
        "산 물건이 내용과 다르면 기업에 먼저 연락하세요. 중국 본토에서는 12315에 신고할 수 있습니다.",
        "Goods that differ from what is told here? Ask the enterprise first; in mainland China \
         you can call 12315.";
    enterprise_no_products:
        "这家企业没有公开的产品。手中的产品请查它的码。",
        "공개된 제품이 없습니다. 손에 든 제품은 코드를 조회하세요.",
        "It shows no products here. Check the code of the one in your hand.";

    schemes_title: "追溯码方案", "추적 코드 체계", "Schemes of trace codes";
    schemes_lead:
        "生产和销售单位可自主选择任一种；同一件产品也可同时带几种码。",
        "생산자와 판매자는 어느 것이든 고를 수 있고, 한 제품에 여러 코드를 함께 쓸 수도 있습니다.",
        "Makers and sellers are free to choose any; one item may carry several.";
    schemes_label: "搜索，或输入任意一个码", "검색어 또는 아무 코드", "Search, or type any code";
    schemes_hint:
        "输入方案名称、产品或标准，或者一个码，看看它像哪种码。",
        "체계 이름, 제품, 표준 또는 코드를 입력하면 어떤 코드인지 알려 드립니다.",
        "A name, a product, a standard, or a code to see what it looks like.";
    schemes_button: "搜索", "검색", "Search";
    schemes_reading: "这个码像是", "이 코드는", "This looks like";
    scheme_looks_right: "形式正确", "형식이 맞습니다", "Its form is right";
    scheme_looks_odd:
        "可以识别，但有不寻常之处",
        "읽을 수 있지만 특이한 점이 있습니다",
        "Readable, but something is unusual";
    scheme_looks_faulty:
        "像这种码，但不对：可能输错了",
        "비슷하지만 맞지 않습니다. 잘못 입력한 것 같습니다",
        "Like one, but wrong: perhaps mistyped";
    schemes_none: "没有找到方案。", "찾은 체계가 없습니다.", "No scheme was found.";
    schemes_none_next:
        "请换一个词，或清空搜索框看全部。",
        "다른 말로 찾거나 검색어를 지워 모두 보세요.",
        "Try another word, or clear the box to see them all.";
    schemes_all: "全部方案", "모든 체계", "All schemes";
    scheme_introduction: "方案简介", "소개", "Introduction";
    scheme_scope: "适用范围", "적용 범위", "Scope";
    scheme_cost: "费用情况", "비용", "Cost";
    scheme_guide: "应用指引", "안내", "Guide";
    scheme_contact: "技术支持", "기술 지원", "Contact";
    scheme_form: "编码形式", "코드 형식", "Form";
    scheme_examples: "示例", "예시", "Examples";
    scheme_websites: "网站", "웹사이트", "Websites";
    scheme_standards: "标准", "표준", "Standards";
    scheme_sources: "依据", "근거", "Sources";
    scheme_rules: "核对情况", "확인 상태", "Our rules";
    scheme_rules_verified:
        "校验规则已与公开资料核对。",
        "검사 규칙을 공개 자료와 대조했습니다.",
        "Compared with published sources.";
    scheme_rules_unverified:
        "校验规则尚未核对：不符之处只提示，不拒绝。",
        "검사 규칙을 아직 대조하지 않았습니다. 다르더라도 알리기만 하고 거절하지 않습니다.",
        "Not yet compared with a published source: a difference is told and never refused.";
    scheme_names_goods: "标识产品", "제품을 식별", "Names goods";
    scheme_names_enterprises: "标识主体", "기업을 식별", "Names enterprises";
    scheme_names_certificates: "许可或证书编号", "허가·인증 번호", "Names licences and certificates";
    scheme_names_divisions: "标识行政区划", "행정구역을 식별", "Names places";

    mistyped_title: "码输错了", "코드를 잘못 입력했습니다", "This code is mistyped";
    mistyped_check_digit:
        "校验位不对：多半看错了一位，或颠倒了两位。",
        "검증 숫자가 맞지 않습니다. 한 자리를 잘못 읽었거나 두 자리를 바꿔 쓴 것 같습니다.",
        "The check digit does not match: a digit was probably misread or two were swapped.";
    mistyped_length:
        "追溯码有 15、17 或 21 位数字，您输入的位数不对。",
        "추적 코드는 15, 17 또는 21자리입니다. 입력하신 자릿수가 맞지 않습니다.",
        "A trace code has 15, 17 or 21 digits; this has another number of them.";
    mistyped_characters:
        "追溯码只有数字，您输入的内容里有别的字符。",
        "추적 코드는 숫자로만 되어 있는데 다른 글자가 들어 있습니다.",
        "A trace code has digits only; this has other characters as well.";
    mistyped_next:
        "请对照包装重新输入，或直接扫描二维码。",
        "포장을 보고 다시 입력하거나 QR코드를 스캔해 주세요.",
        "Compare it with the pack and type it again, or scan the QR code.";
    unknown_title: "查不到该码", "조회되지 않는 코드입니다", "Unknown code";
    unknown_reason:
        "本平台没有签发过这个码。",
        "이 플랫폼에서 발급한 코드가 아닙니다.",
        "This platform never issued this code.";
    unknown_next:
        "请谨慎。数字核对无误的话，请先联系卖家，也可拨打 12315。",
        "주의해 주세요. 숫자가 맞다면 판매자나 1372 소비자상담센터에 문의하세요.",
        "Be careful. If the digits are right, ask the seller or your consumer hotline.";
    not_commissioned_title: "该码尚未启用", "아직 사용 개시되지 않은 코드입니다", "Not in use yet";
    not_commissioned_reason:
        "码已签发，但企业还没有登记把它用在产品上。",
        "발급된 코드이지만 아직 제품에 사용되었다고 등록되지 않았습니다.",
        "The code was issued, but no product has been registered under it.";
    not_commissioned_next:
        "如果手里的产品已贴着它，请谨慎，并联系生产企业。",
        "이미 이 코드가 붙은 제품을 갖고 계시다면 주의하시고 제조사에 문의하세요.",
        "If it is already on the product in your hand, be careful and ask the producer.";
    sample_title: "样品标签", "체험용 코드", "Sample label";
    sample_reason:
        "这是供人试用的样品码，不对应任何商品。",
        "체험을 위한 코드이며 실제 상품이 아닙니다.",
        "This is a code for trying things out; it stands for no goods.";
    sample_next:
        "如果它贴在出售的商品上，请不要购买，并联系卖家。",
        "판매 중인 상품에 붙어 있다면 구매하지 말고 판매자에게 문의하세요.",
        "If it is on goods for sale, do not buy them and tell the seller.";
    covered_title:
        "编码有效 · 请先刮开涂层",
        "유효한 코드 · 먼저 긁어 주세요",
        "Valid code: scratch the layer first";
    covered_reason:
        "涂层下有 6 位防伪码。在输入它之前，复制的二维码看起来也一样。",
        "긁는 층 아래에 6자리 확인 번호가 있습니다. 입력하기 전에는 복제된 QR 코드도 똑같이 보입니다.",
        "Six digits are under a layer. Until they are typed, a copied QR code reads just the same.";
    covered_next:
        "购买后请刮开涂层并在本页输入数字；若涂层已被刮开过，请联系卖家。",
        "구매 후 층을 긁고 이 페이지에 숫자를 입력해 주세요. 이미 긁혀 있다면 판매자에게 문의하세요.",
        "Once bought, scratch it and type the digits here; if it was scratched, ask the seller.";
    first_scan_title: "编码有效 · 首次查询", "유효한 코드 · 최초 조회", "Valid code, first check";
    first_scan_reason:
        "在此之前没有人查询过这个码。",
        "지금까지 이 코드를 조회한 사람이 없습니다.",
        "Nobody has checked this code before.";
    first_scan_next:
        "请核对下面的内容与包装上的字是否一致。",
        "아래 내용이 포장의 글자와 같은지 확인해 주세요.",
        "Compare what follows with what is printed on the pack.";
    not_scanned_title: "编码有效 · 尚无查询", "유효한 코드 · 조회 기록 없음", "Valid code, not checked yet";
    not_scanned_reason:
        "还没有消费者查询过这个码，本次查看不计数。",
        "아직 소비자가 조회한 적이 없으며 이번 조회는 세지 않습니다.",
        "No consumer has checked this code yet, and this look is not counted.";
    scanned_before_title: "编码有效 · 第 {} 次查询", "유효한 코드 · {}번째 조회", "Valid code, check no. {}";
    scanned_before_reason: "首次查询：{}。", "최초 조회: {}.", "First checked: {}.";
    scanned_before_next:
        "若那次不是您查的，请仔细核对包装，并用刮开码再验。",
        "본인이 조회한 것이 아니라면 포장을 잘 확인하고 확인 번호로 다시 검증해 주세요.",
        "If that was not you, compare the pack closely and use the covered digits.";
    scanned_before_in: "地点：{}。", "장소: {}.", "In: {}.";
    checked_by_you_title:
        "编码有效 · 您此前查询过",
        "유효한 코드 · 이전에 조회하셨습니다",
        "Valid code, you checked it before";
    checked_by_you_reason:
        "您在 {} 查询过这个码。如果您手里是另一件商品，它的码就是复制的：每件商品的码都不同。",
        "{}에 조회하셨습니다. 지금 다른 제품을 들고 계시다면 복제된 코드입니다. 코드는 제품마다 다릅니다.",
        "You checked it on {}. If this is another item, its code is a copy: each has its own.";
    checked_by_you_others:
        "他人查询过 {} 次。",
        "다른 사람이 {}번 조회했습니다.",
        "Others checked it: {}.";
    careful_title:
        "请谨慎 · 该码查询异常",
        "주의 · 조회 이력이 평소와 다릅니다",
        "Be careful: unusual checks";
    careful_travel:
        "不同设备在短时间内、在相距很远的地方查询了这个码。",
        "서로 다른 기기가 짧은 시간에 아주 먼 곳에서 이 코드를 조회했습니다.",
        "Different devices checked it far apart within too short a time.";
    careful_cities:
        "一天之内，不同设备在多个城市查询了这个码。",
        "하루 안에 여러 도시에서 서로 다른 기기가 이 코드를 조회했습니다.",
        "Different devices checked it in several cities within a day.";
    careful_spread:
        "多台设备先后在不同城市查询了这个码，不像只有一件商品。",
        "여러 도시의 여러 기기가 이 코드를 조회하여, 제품이 하나뿐이라고 보기 어렵습니다.",
        "Several devices in different cities checked it, more than one item would meet.";
    careful_devices:
        "查询过这个码的设备太多，不像只有一件商品。",
        "한 개의 제품이라고 보기에는 너무 많은 기기가 조회했습니다.",
        "More devices checked it than one item would meet.";
    careful_opened:
        "另一台设备早已刮开并验证过它的防伪码。",
        "다른 기기가 이미 확인 번호를 긁어 검증했습니다.",
        "Another device has uncovered and confirmed its digits before.";
    careful_early:
        "企业登记使用这个码之前，就有人查询过它。",
        "제품에 사용되었다고 등록되기 전에 조회된 적이 있습니다.",
        "It was checked before the producer put it into use.";
    careful_unshipped:
        "企业登记发货之前，就有人查询过它。",
        "출하되었다고 등록되기 전에 조회된 적이 있습니다.",
        "It was checked before the producer told of its shipment.";
    careful_density:
        "同一批的许多码刚在同一个城市被首次查询。",
        "같은 묶음의 코드가 한 도시에서 한꺼번에 조회되었습니다.",
        "Many codes of its batch were just checked in one city.";
    careful_territory:
        "它在企业登记的销售区域之外被查询。",
        "기업이 등록한 판매 지역 밖에서 조회되었습니다.",
        "It was checked outside the area where it is to be sold.";
    careful_sold:
        "它早已登记售出，现在由新的设备查询。",
        "오래전에 판매된 것으로 등록되었는데 새 기기가 조회했습니다.",
        "It was sold long ago, and is now checked by a new device.";
    careful_limit:
        "它已被查询 {} 次，超过通常的次数。",
        "보통보다 많이, {}번 조회되었습니다.",
        "It was checked {} times, more often than usual.";
    careful_next:
        "码可能被复制，但这不等于您手里的商品有问题。请核对包装，用刮开码再验，并保留购物凭证。",
        "코드가 복제되었을 수 있으나 이 제품에 문제가 있다는 뜻은 아닙니다. 포장을 확인하고 확인 번호로 검증한 뒤 영수증을 보관하세요.",
        "A copy may exist; that does not condemn these goods. Use the covered digits.";
    careful_next_opened:
        "刮开码已不能证明什么：请联系卖家和生产企业，并保留包装和购物凭证。",
        "확인 번호는 더 이상 증거가 되지 않습니다. 판매자와 제조사에 문의하고 포장과 영수증을 보관하세요.",
        "The covered digits prove nothing any more: ask the seller and the producer, and keep the \
         pack and the receipt.";
    careful_next_early:
        "请问卖家货从哪里来，并请生产企业核对。这不等于您手里的商品有问题。",
        "판매자에게 제품의 출처를 묻고 제조사에 확인하세요. 이 제품에 문제가 있다는 뜻은 아닙니다.",
        "Ask the seller where the goods come from, and the producer to look. That does not \
         condemn these goods.";
    careful_next_territory:
        "它可能不是经企业的渠道卖到这里的：请问卖家货从哪里来，并保留购物凭证。",
        "제조사의 유통 경로가 아닌 곳으로 왔을 수 있습니다. 판매자에게 출처를 묻고 영수증을 보관하세요.",
        "It may have come here past the producer's dealers: ask the seller where it comes from, \
         and keep the receipt.";
    careful_next_sold:
        "如果它是当作新品卖给您的，请联系卖家和生产企业；转赠或二手商品会出现这种情况。",
        "새 제품으로 구매하셨다면 판매자와 제조사에 문의하세요. 선물이나 중고라면 흔한 일입니다.",
        "If it was sold to you as new, ask the seller and the producer; a gift or second-hand \
         goods look like this.";
    sold_title: "已登记售出", "판매된 것으로 등록되었습니다", "Registered as sold";
    sold_reason: "登记的售出时间：{}。", "등록된 판매 일시: {}.", "Registered as sold on {}.";
    sold_next:
        "请不要再次销售，先与生产企业核对。",
        "다시 판매하지 말고 제조사에 확인하세요.",
        "Do not sell it again; ask the producer first.";
    expired_title: "已过保质期，请停止使用", "유통기한이 지났습니다", "Past its shelf life";
    expired_reason:
        "登记的保质期到 {} 为止。",
        "등록된 유통기한: {}까지.",
        "Its registered shelf life ended on {}.";
    expired_next:
        "请不要食用或使用，也不要购买，并联系卖家。",
        "먹거나 사용하거나 구매하지 말고 판매자에게 문의하세요.",
        "Do not buy, eat or use it, and tell the seller.";
    same_for_all_title: "编码有效 · 多件共用", "유효한 코드 · 공용", "Valid code, shared by many";
    same_for_lot_reason:
        "这一批产品共用一个码，查询次数不能说明手里这一件。",
        "같은 로트의 제품이 함께 쓰는 코드이므로 조회 횟수로 이 한 개를 판단할 수 없습니다.",
        "All goods of this lot carry one code, so counting checks says nothing of this one.";
    same_for_product_reason:
        "这一款产品共用一个码，查询次数不能说明手里这一件。",
        "같은 제품이 모두 함께 쓰는 코드이므로 조회 횟수로 이 한 개를 판단할 수 없습니다.",
        "All goods of this product carry one code, so counting checks says nothing of this one.";
    same_for_all_next:
        "请核对下面的内容与包装上的字是否一致。",
        "아래 내용이 포장의 글자와 같은지 확인해 주세요.",
        "Compare what follows with what is printed on the pack.";
    some_recalled:
        "该产品的部分批次已召回，请核对批号。",
        "이 제품의 일부 로트가 회수 대상입니다. 로트 번호를 확인하세요.",
        "Some lots of this product are recalled: check the lot number.";
    lot_recalled:
        "该批次有产品已召回",
        "이 로트에 회수 대상이 있습니다",
        "Goods of this lot are recalled";
    recalled_title:
        "已召回，请停止使用",
        "회수 대상입니다. 사용을 중단하세요",
        "Recalled: stop using it";
    recalled_reason:
        "召回令发布于 {}。",
        "회수 명령 일시: {}.",
        "The recall was ordered on {}.";
    recalled_level: "召回级别：{}（{}）。", "회수 등급: {} ({}).", "Level: {} ({}).";
    recall_first: "一级", "1급", "1";
    recall_second: "二级", "2급", "2";
    recall_third: "三级", "3급", "3";
    recalled_next:
        "请停止食用或使用，保留包装，联系购买处或生产企业退回。",
        "먹거나 사용하지 말고 포장을 보관한 뒤 구매처나 제조사에 반품하세요.",
        "Do not eat or use it; keep the pack and take it back to the shop or the producer.";
    voided_title: "该码已作废", "무효 처리된 코드입니다", "This code is void";
    voided_reason:
        "企业已作废这个码，它不应再出现在出售的商品上。",
        "기업이 무효로 처리한 코드입니다. 판매 중인 상품에 있어서는 안 됩니다.",
        "The enterprise withdrew this code; it should not be on goods for sale.";
    voided_next:
        "请不要购买或使用，并联系卖家或生产企业。",
        "구매하거나 사용하지 말고 판매자나 제조사에 문의하세요.",
        "Do not buy or use the goods; ask the seller or the producer.";
    why: "登记的原因：{}。", "등록된 사유: {}.", "Registered reason: {}.";
    why_misprint: "印刷有误", "인쇄 불량", "bad print";
    why_damaged: "破损", "파손", "damage";
    why_lost: "遗失", "분실", "loss";
    why_stolen: "被盗", "도난", "theft";
    why_not_sold: "不再销售", "판매 안 함", "will not be sold";
    why_returned: "退回", "반품", "return";
    why_copied: "编码被复制", "코드 복제", "the code was copied";
    why_expired: "过期", "기한 만료", "past its shelf life";
    why_defective: "检验不合格", "검사 불합격", "failed inspection";
    why_recalled: "召回", "리콜", "recall";
    why_ordered: "主管部门要求", "당국의 명령", "order of an authority";
    why_other: "其他", "기타", "other";
    destroyed_title: "该产品已登记销毁", "폐기된 것으로 등록된 제품입니다", "Registered as destroyed";
    destroyed_reason:
        "企业登记说，带这个码的产品已经销毁。",
        "이 코드가 붙은 제품은 폐기되었다고 등록되어 있습니다.",
        "The product with this code was registered as destroyed.";
    destroyed_next:
        "如果它还在出售，请不要购买或使用，并联系生产企业或拨打 12315。",
        "아직 판매 중이라면 구매하거나 사용하지 말고 제조사에 문의하세요.",
        "If it is still on sale, do not buy or use it, and tell the producer.";
    pin_proved_title: "防伪码验证通过", "확인 번호가 일치합니다", "Covered digits confirmed";
    pin_proved_reason:
        "您输入的 6 位防伪码与这个码相符。",
        "입력하신 6자리 번호가 이 코드와 일치합니다.",
        "The six digits that you typed belong to this code.";
    pin_proved_next:
        "如果涂层在您刮开之前已经破损，请联系生产企业。",
        "긁기 전에 이미 벗겨져 있었다면 제조사에 문의하세요.",
        "If the layer was broken before you scratched it, tell the producer.";
    pin_proved_yours:
        "您此前已经验证过。如果您手里是另一件商品，它的码就是复制的。",
        "이전에 이미 확인하셨습니다. 지금 다른 제품을 들고 계시다면 복제된 코드입니다.",
        "You confirmed them before. If you hold another item now, its code is a copy.";
    pin_proved_again:
        "它最早在 {} 通过验证。如果那次不是您，请谨慎。",
        "{}에 처음 확인되었습니다. 본인이 아니었다면 주의하세요.",
        "They were first confirmed on {}. If that was not you, be careful.";
    pin_used_title:
        "该防伪码已被使用过",
        "이미 사용된 확인 번호입니다",
        "Covered digits were used before";
    pin_used_next:
        "若涂层由您亲手刮开且此前完好，请谨慎，并联系生产企业。",
        "멀쩡한 은박을 직접 긁으셨다면 주의하시고 제조사에 문의하세요.",
        "If you scratched an unbroken layer just now, be careful and tell the producer.";
    pin_wrong_title: "防伪码不对", "확인 번호가 다릅니다", "The covered digits are wrong";
    pin_wrong_reason:
        "您输入的 6 位数字与这个码不相符。",
        "입력하신 6자리 번호가 이 코드와 맞지 않습니다.",
        "The six digits that you typed do not belong to this code.";
    pin_wrong_left: "还可以再试 {} 次。", "{}번 더 시도할 수 있습니다.", "You may try {} more times.";
    pin_wrong_next:
        "请看清涂层下的数字再试。若确实无误，请谨慎，并联系卖家。",
        "번호를 다시 확인해 주세요. 틀림없다면 주의하시고 판매자에게 문의하세요.",
        "Read the digits again. If they are right, be careful and ask the seller.";
    pin_locked_title: "防伪码验证已锁定", "확인 번호 입력이 잠겼습니다", "Covered digits are locked";
    pin_locked_reason:
        "自 {} 起，因多次输错而锁定。编码本身仍可查询。",
        "{}부터 여러 번 틀려 잠겼습니다. 코드 조회는 계속할 수 있습니다.",
        "Locked since {} after too many wrong tries. The code itself can still be checked.";
    pin_locked_until:
        "下一次可在 {} 之后再试。",
        "{} 이후에 다시 시도할 수 있습니다.",
        "The next try is allowed after {}.";
    pin_locked_next:
        "每天可以再试一次。",
        "하루에 한 번씩 다시 시도할 수 있습니다.",
        "One more try is allowed each day.";

    pack_title: "请核对包装上的字", "포장의 글자와 비교해 주세요", "Compare with the pack";
    code: "编码", "코드", "Code";
    address: "地址", "주소", "Address";
    contact: "联系方式", "연락처", "Contact";
    lot: "批次", "로트", "Lot";
    produced: "生产日期", "제조일", "Produced";
    best_before: "保质期至", "유통기한", "Best before";
    gtin: "商品条码", "상품 바코드", "GTIN";
    registration: "企业登记号", "사업자 번호", "Registration";
    epc: "国际标识", "국제 식별자", "International identifier";

    pin_title: "更强的证明：刮开码", "더 강한 증거: 확인 번호", "Stronger proof: the covered digits";
    pin_lead:
        "刮开涂层，输入下面的 6 位数字。购买之前请不要刮开。",
        "은박을 긁어 나온 6자리 숫자를 입력하세요. 구매 전에는 긁지 마세요.",
        "Scratch the layer and type the six digits. Do not scratch before you buy.";
    pin_label: "6 位防伪码", "6자리 확인 번호", "Six covered digits";
    pin_button: "验证", "확인", "Confirm";
    journey_title: "来历", "이력", "History";
    journey_lead:
        "生产企业和经手各方上报的事件，按时间排列。",
        "제조사와 유통에 참여한 각 사가 신고한 이력을 시간 순으로 보여 줍니다.",
        "Events reported by the producer and everyone who handled the item, in order of time.";
    journey_link: "查看来历", "이력 보기", "See its history";
    journey_none:
        "还没有人为这个标识上报事件。",
        "아직 이 식별자에 대해 신고된 이력이 없습니다.",
        "Nobody has reported an event about this identifier yet.";
    journey_none_next:
        "事件上报之后会自动出现在这里。",
        "이력이 신고되면 여기에 나타납니다.",
        "Events will appear here as soon as they are reported.";
    journey_inside: "随所在的包装", "포장 단위와 함께", "With the pack that it was in";
    journey_with: "来自它所装的内容", "담긴 것의 이력", "Of what was in it";
    journey_to: "属于由它制成的产品", "이것으로 만든 것의 이력", "Of what was made of it";
    journey_from: "来自它的原料", "원료의 이력", "Of what it was made from";
    journey_truncated:
        "事件太多，这里只显示一部分。",
        "이력이 너무 많아 일부만 보여 줍니다.",
        "There are too many events; only a part is shown.";
    journey_unnamed: "名称未公开（{}）", "이름 비공개 ({})", "Name not public ({})";
    journey_hidden:
        "另有 {} 个环节未公开。",
        "공개되지 않은 단계가 {}건 더 있습니다.",
        "{} more steps are not public.";
    journey_private:
        "有 {} 家单位的名称未公开。",
        "{}개 업체의 이름은 공개되지 않았습니다.",
        "The names of {} parties are not public.";
    journey_apart: "其他单位的说法", "다른 업체의 신고", "What others report";
    journey_apart_lead:
        "生产企业的记录没有提到这些单位，请谨慎看待。",
        "제조사의 기록에 나오지 않는 업체가 신고한 내용입니다. 주의해서 보세요.",
        "The producer's records do not lead to these enterprises. Read it with care.";
    colon: "：", ": ", ": ";
    reported_by: "上报方", "신고자", "Reported by";
    place: "地点", "장소", "Place";
    back_verdict: "返回查询结果", "조회 결과로 돌아가기", "Back to the answer";

    trail_title: "查询记录", "조회 기록", "Checks so far";
    trail_consumers: "消费者查询 {} 次", "소비자 조회 {}번", "Checks by consumers: {}";
    trail_aside:
        "企业、物流和检查人员扫码 {} 次，不计入上面的次数",
        "기업, 물류, 검사 담당자의 스캔 {}번은 위 횟수에 넣지 않습니다",
        "Scans by those who handle or inspect goods, not counted above: {}";
    trail_logistics: "企业或物流", "기업·물류", "Handler";
    trail_inspection: "检查", "검사", "Inspection";
    means_title: "这个结果说明什么", "이 결과의 의미", "What this answer means";
    means_code:
        "它说明的是码，不是包装里的东西：码可能被复制到别的包装上。",
        "이 결과는 코드에 대한 것이며 내용물에 대한 것이 아닙니다. 코드는 다른 포장에 복제될 수 있습니다.",
        "It speaks of the code, not of what is inside: a code can be copied onto another pack.";
    means_count:
        "只计消费者的查询；聊天软件的预览不算。",
        "소비자의 조회만 세며, 메신저의 미리보기는 세지 않습니다.",
        "Only consumers' checks are counted, not the previews of chat apps.";
    label_host: "网址", "웹 주소", "Web address";
    elsewhere: "网址与标签不同", "라벨과 다른 주소입니다", "This is another address than on the label";
    elsewhere_where:
        "这个码的标签上印的网址是 {}，您正在访问的是 {}。",
        "이 코드의 라벨에 적힌 주소는 {}인데, 지금 보시는 사이트는 {}입니다.",
        "The label of this code names {}, and you are on {}.";
    elsewhere_next:
        "网站可以被仿冒。请自己键入包装上印的网址再查一次，在此之前不要输入刮开的防伪码。",
        "사이트는 위조될 수 있습니다. 포장에 적힌 주소를 직접 입력해 다시 조회하고, 그 전에는 확인 번호를 입력하지 마세요.",
        "Sites can be copied. Type the address on the pack yourself and check again, before you \
         type the covered digits anywhere.";
    means_host:
        "您正在访问 {}，请确认它与包装上的网址一致。",
        "지금 보시는 사이트는 {}입니다. 포장의 주소와 같은지 확인하세요.",
        "You are on {}. Make sure that this is the address on the pack.";
    receipt: "查询编号", "조회 번호", "Number of this check";
    checked_at: "查询时间", "조회 시각", "Checked at";
    try_again: "再查一个码", "다른 코드 조회", "Check another code";

    product_lead:
        "这是一种商品的登记信息，不是对您手中这一件的查询结果。",
        "제품 종류에 대한 등록 정보이며, 손에 든 물건 하나를 조회한 결과가 아닙니다.",
        "This is what is registered of a kind of product, not a check of the one in your hand.";
    product_title: "登记的商品信息", "등록된 제품 정보", "What is registered";
    product_gtin: "商品条码", "상품 바코드", "GTIN";
    product_type: "产品类型", "제품 유형", "Type";
    product_specification: "规格型号", "규격", "Specification";
    product_who: "谁登记的", "등록한 기업", "Whose statement this is";
    product_who_lead:
        "以上内容由下列企业填写，本平台没有核实。",
        "위 내용은 아래 기업이 작성했으며, 플랫폼이 확인한 것이 아닙니다.",
        "The enterprise below wrote this. The platform has not verified it.";
    product_maker: "企业", "기업", "Enterprise";
    product_address: "地址", "주소", "Address";
    product_contact: "联系方式", "연락처", "Contact";
    product_item: "要查手中这一件？", "이 물건 하나를 확인하려면", "To check the one in your hand";
    product_item_lead:
        "条码只说明是哪一种商品。请扫描包装上它自己的追溯码，或输入编码查询。",
        "바코드는 어떤 제품인지만 알려 줍니다. 포장에 있는 추적 코드를 스캔하거나 번호를 입력하세요.",
        "A barcode tells the kind of product only. Scan the code of the item, or type it in.";

    problem_number: "问题编号", "문의 번호", "Problem number";
    problem_where: "出错的地方", "문제가 있는 곳", "Where";
    problem_not_found: "没有找到", "찾을 수 없습니다", "Not found";
    problem_not_found_detail:
        "这里没有您要的内容，或者您无权查看。请检查网址。",
        "요청하신 내용이 없거나 볼 권한이 없습니다. 주소를 확인해 주세요.",
        "There is nothing here, or it is not yours to see. Check the address.";
    problem_gone: "已经撤下", "더 이상 제공되지 않습니다", "No longer here";
    problem_gone_detail:
        "这里曾有链接，发布者已将其撤下。",
        "여기 있던 링크를 게시자가 내렸습니다.",
        "There were links here; who set them has taken them back.";
    problem_rejected: "内容有误", "내용에 문제가 있습니다", "Something in the request is wrong";
    problem_rejected_detail:
        "请改正下面列出的各处，再提交一次。",
        "아래에 적힌 곳을 고쳐 다시 보내 주세요.",
        "Correct what is listed below and send it again.";
    problem_conflict: "与现有内容冲突", "기존 내용과 충돌합니다", "It conflicts with what is there";
    problem_conflict_detail:
        "有人先改过了，或者已经存在。请刷新后再看。",
        "다른 사람이 먼저 바꾸었거나 이미 있습니다. 새로 고친 뒤 확인하세요.",
        "Somebody changed it first, or it exists already. Reload and look again.";
    problem_unauthorized: "请先登录", "로그인이 필요합니다", "Please sign in";
    problem_unauthorized_detail:
        "密钥缺失、有误或已吊销。请用有效的密钥登录。",
        "키가 없거나 잘못되었거나 취소되었습니다. 유효한 키로 로그인하세요.",
        "The key is missing, wrong or revoked. Sign in with a valid key.";
    problem_forbidden: "没有权限", "권한이 없습니다", "Not allowed";
    problem_forbidden_detail:
        "您的角色不能做这件事。请换一个密钥，或联系管理员。",
        "이 역할로는 할 수 없는 일입니다. 다른 키를 쓰거나 관리자에게 문의하세요.",
        "Your role may not do this. Use another key or ask whoever issued yours.";
    problem_too_large: "内容太大", "내용이 너무 큽니다", "Too large";
    problem_too_large_detail:
        "请分成几份再提交。",
        "나누어 보내 주세요.",
        "Split it and send the parts.";
    problem_media_type: "不支持这种格式", "지원하지 않는 형식입니다", "Format not supported";
    problem_not_acceptable: "给不出您要的格式", "요청한 형식으로 응답할 수 없습니다", "Cannot answer in that format";
    problem_method: "不支持这种操作", "지원하지 않는 요청입니다", "Method not allowed";
    problem_method_detail:
        "请改用 Allow 头列出的方法。",
        "Allow 헤더에 있는 메서드를 사용하세요.",
        "Use a method that the Allow header names.";
    problem_timeout: "发送太慢", "전송이 너무 느립니다", "Sent too slowly";
    place_link: "提供大致位置", "위치 알려 주기", "Say where you are";
    problem_too_many: "请稍后再试", "잠시 후 다시 시도해 주세요", "Try again later";
    problem_too_many_detail:
        "您的网络最近多次查询了不存在的编码或输错防伪码，请过几分钟再试。",
        "같은 네트워크에서 없는 코드나 틀린 번호를 여러 번 입력했습니다. 몇 분 뒤에 다시 시도해 주세요.",
        "Your network has asked for many codes that do not exist, or tried wrong PINs; try again \
         in a few minutes.";
    problem_unavailable: "暂时无法服务", "잠시 이용할 수 없습니다", "Not available right now";
    problem_unavailable_detail:
        "请稍后再试。已经确认的内容都没有丢失。",
        "잠시 후 다시 시도해 주세요. 접수된 내용은 사라지지 않았습니다.",
        "Try again in a moment. Nothing that was confirmed is lost.";
    problem_internal: "系统出错", "시스템 오류", "Something broke on our side";
    problem_internal_detail:
        "请把问题编号告诉平台运营方。",
        "문의 번호를 플랫폼 운영자에게 알려 주세요.",
        "Tell the operator the problem number.";
}
