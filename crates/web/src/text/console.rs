//! The sentences of the pages behind a log-in.

use super::texts;

texts! { ConsoleTexts, CONSOLE_ZH, CONSOLE_KO, CONSOLE_EN:
    portal_console: "企业控制台", "기업 콘솔", "Enterprise console";
    portal_dealer: "经销商", "판매점", "Dealer";
    portal_regulator: "监管门户", "감독 포털", "Regulator portal";
    portal_operator: "平台运营", "플랫폼 운영", "Operator";
    menu: "菜单", "메뉴", "Menu";
    sign_in: "登录", "로그인", "Sign in";
    sign_in_lead:
        "用平台发给您的密钥登录。登录状态保留 12 小时。",
        "발급받은 키로 로그인하세요. 12시간 동안 유지됩니다.",
        "Sign in with the key you were given. You stay signed in for 12 hours.";
    sign_in_wrong:
        "密钥不对，或已吊销。",
        "키가 틀리거나 취소되었습니다.",
        "This key is wrong or revoked.";
    sign_out: "退出", "로그아웃", "Sign out";
    api_key: "密钥", "키", "Key";
    optional: "（选填）", "(선택)", "(optional)";
    next_page: "下一页", "다음", "Next page";
    file_rest:
        "本文件到第 {} 条为止，后面还有：在文件地址后加 after={} 取下一份，或缩小筛选范围。",
        "이 파일은 {}건에서 끝나며 뒤에 더 있습니다. 파일 주소에 after={}를 붙이면 다음 파일을 받습니다. 조건을 좁혀도 됩니다.",
        "This file ends after {} rows and more follow: add after={} to its address for the next \
         file, or filter more narrowly.";
    created: "创建时间", "생성 시각", "Created";
    yes: "是", "예", "Yes";
    no: "否", "아니요", "No";

    overview: "首页", "개요", "Overview";
    overview_lead:
        "从产品到扫码，照着下面一步步来。",
        "제품 등록부터 스캔까지 순서대로 진행하세요.",
        "From product to scan, step by step.";
    step_product: "登记产品", "제품 등록", "Register a product";
    step_batch: "订制编码", "코드 주문", "Order codes";
    step_commission: "印刷后启用编码", "인쇄 후 코드 사용 개시", "Put printed codes into use";
    step_capture: "上报流通事件", "유통 이력 신고", "Report events";
    newest_batches: "最新编码批次", "최근 코드 배치", "Newest code batches";
    newest_captures: "最新上报记录", "최근 신고 내역", "Newest captures";

    products: "产品", "제품", "Products";
    products_none: "还没有产品。", "아직 제품이 없습니다.", "There are no products yet.";
    products_none_next:
        "填写下面的表单，登记第一个产品。",
        "아래 양식에 첫 제품을 등록하세요.",
        "Register the first one with the form below.";
    product_new: "登记产品", "제품 등록", "Register a product";
    product_name: "产品名称", "제품명", "Name";
    product_type: "产品类型", "제품 유형", "Type";
    specification: "规格型号", "규격", "Specification";
    gtin: "商品条码", "상품 바코드", "GTIN";
    gtin_hint:
        "8、12、13 或 14 位，含校验位。填写后编码可作为国际通用的单品标识。",
        "검증 숫자를 포함한 8, 12, 13 또는 14자리. 입력하면 국제 표준 식별자로 쓸 수 있습니다.",
        "8, 12, 13 or 14 digits with the check digit. With it each item has a GS1 identifier.";
    links: "条码链接", "바코드 링크", "What the barcode leads to";
    links_none: "还没有链接。", "아직 링크가 없습니다.", "There are no links yet.";
    links_none_next:
        "扫商品条码的人现在看到一页登记信息。用下面的表单指定您自己的网页。",
        "지금 바코드를 스캔하면 등록 정보가 보입니다. 아래 양식에 보여 줄 페이지를 지정하세요.",
        "Whoever scans the barcode sees what is registered. Name a page of your own below.";
    link_title: "标题", "제목", "Title";
    link_title_hint: "给人看的名称。", "사람이 읽을 이름입니다.", "What a person reads of it.";
    link_type: "内容", "내용", "What it shows";
    link_href: "网址", "주소", "Address";
    link_href_hint:
        "以 https:// 或 http:// 开头的完整网址。",
        "https:// 또는 http:// 로 시작하는 전체 주소.",
        "The whole address, beginning with https:// or http://.";
    link_languages: "语言", "언어", "Languages";
    link_languages_hint:
        "网页的语言，用逗号分开，如 zh-CN, ko, en。",
        "페이지의 언어를 쉼표로 나누어 적습니다. 예: zh-CN, ko, en",
        "Languages of the page, with commas between them: zh-CN, ko, en.";
    link_default: "默认", "기본", "Default";
    link_make_default:
        "设为默认：直接扫码时打开它",
        "기본으로 지정: 바코드를 스캔하면 이 페이지를 엽니다",
        "Make it the default, which a plain scan opens";
    link_add: "添加链接", "링크 추가", "Add a link";
    link_add_lead:
        "第一个链接自动成为默认。",
        "첫 링크는 자동으로 기본이 됩니다.",
        "The first link becomes the default.";
    link_change: "修改链接", "링크 바꾸기", "Change the link";
    link_remove: "删除链接", "링크 삭제", "Remove the link";
    link_remove_lead:
        "删除后扫码的人不再看到它。需要时可以重新添加。",
        "삭제하면 스캔한 사람에게 더 이상 보이지 않습니다. 필요하면 다시 추가할 수 있습니다.",
        "Whoever scans will not see it any more. You can add it again.";
    link_remove_default:
        "这是默认链接。删除后由列表中的第一个接替；没有别的链接时显示登记信息。",
        "기본 링크입니다. 삭제하면 목록의 첫 링크가 대신하고, 남은 링크가 없으면 등록 정보가 보입니다.",
        "The default. The first of the rest takes its place; after the last, what is registered.";
    link_pip: "产品介绍", "제품 소개", "Product information";
    link_instructions: "使用说明", "사용 설명서", "Instructions";
    link_safety: "安全信息", "안전 정보", "Safety information";
    link_certificates: "认证证书", "인증서", "Certificates";
    link_sustainability: "环保与可持续", "환경과 지속가능성", "Sustainability";
    link_traceability: "追溯信息", "추적 정보", "Traceability";
    link_support: "客户服务", "고객 지원", "Support";
    link_retailers: "购买渠道", "구매처", "Where to buy";
    link_promotion: "促销活动", "행사", "Promotion";

    picture_set: "上传图片", "사진 올리기", "Upload a picture";
    picture_hint:
        "PNG、JPEG 或 WebP，不超过 5 MB。扫码的人会看到它。",
        "PNG, JPEG, WebP. 최대 5 MB. 스캔한 사람에게 보입니다.",
        "PNG, JPEG or WebP, at most 5 MB. Whoever scans will see it.";

    batches: "编码批次", "코드 배치", "Code batches";
    batches_none: "还没有订制过编码。", "아직 주문한 코드가 없습니다.", "No codes have been ordered yet.";
    batches_none_next:
        "先登记产品，再用下面的表单订制。",
        "먼저 제품을 등록한 뒤 아래 양식으로 주문하세요.",
        "Register a product, then order with the form below.";
    batch: "批次编号", "배치 번호", "Batch";
    batch_new: "订制编码", "코드 주문", "Order codes";
    batch_new_lead:
        "编码按需计算，不占空间：一次可订一百亿个。",
        "코드는 계산으로 만들어지므로 한 번에 100억 개까지 주문할 수 있습니다.",
        "Codes are computed, not stored: one order may have ten billion.";
    product: "产品", "제품", "Product";
    n_codes: "数量", "수량", "Number of codes";
    n_digits: "位数", "자릿수", "Digits";
    n_digits_default: "按企业类型", "기업 유형에 따름", "By type of enterprise";
    granularity: "赋码方式", "부여 단위", "One code for";
    granularity_item: "一物一码", "제품 1개마다", "each item";
    granularity_lot: "一批一码", "로트마다", "each lot";
    granularity_product: "一品一码", "제품 종류마다", "each product";
    is_sample: "样品批次", "체험용 배치", "Sample batch";
    is_sample_hint:
        "公开供人试用，扫码时会说明是样品。",
        "누구나 체험할 수 있으며 스캔하면 체험용이라고 표시됩니다.",
        "Public, for trying things out; a scan says that it is a sample.";
    has_cover: "防伪码有涂层", "확인 번호에 긁는 층", "Layer over the PIN";
    has_cover_hint:
        "防伪码印在刮开涂层下；查询者须先刮开并输入，才会提示首次查询。仅限一物一码。",
        "확인 번호를 긁는 층 아래에 인쇄하며, 먼저 입력해야 최초 조회로 안내합니다. 제품 1개마다만 가능합니다.",
        "The PIN is printed under a layer, and who checks is asked for it before a first check is \
         told of. Only with one code for each item.";
    public_url: "二维码网址", "QR 주소", "Address in the QR code";
    print_file: "下载印刷文件", "인쇄 파일 내려받기", "Download print file";
    print_file_lead:
        "CSV：编码、网址、防伪码。每次下载都会记录。",
        "CSV: 코드, 주소, 확인 번호. 내려받을 때마다 기록됩니다.",
        "CSV with code, address and covered digits. Each download is recorded.";
    from: "从第几个起", "시작 위치", "From position";
    to: "到第几个之前", "끝 위치 (미포함)", "Up to, excluded";
    position_hint: "从 0 数起；留空即整批。", "0부터 셉니다. 비우면 전체입니다.", "Counted from 0; empty means all.";
    first: "第一个", "첫 위치", "First position";
    last: "最后一个", "마지막 위치", "Last position";
    first_hint:
        "从 0 数起；两处都留空即整批。",
        "0부터 셉니다. 둘 다 비우면 전체입니다.",
        "Counted from 0; both empty means the whole batch.";
    bom: "带 BOM，便于用 Excel 打开", "Excel용 BOM 포함", "With a byte order mark, for Excel";
    downloads: "下载记录", "내려받기 기록", "Downloads";
    downloads_none: "还没有人下载过。", "아직 내려받은 사람이 없습니다.", "Nobody has downloaded it yet.";
    downloads_none_next:
        "用上面的按钮下载后，这里会记下时间、范围和校验值。",
        "위 버튼으로 내려받으면 시각, 범위, 해시가 기록됩니다.",
        "Download it above; time, range and checksum are noted here.";
    range: "范围", "범위", "Range";
    finished: "完成时间", "완료 시각", "Finished";
    not_finished: "未完成", "미완료", "Not finished";

    commission: "启用编码", "코드 사용 개시", "Put codes into use";
    commission_lead:
        "把编码绑定到批次。一个编码只能启用一次。",
        "코드를 로트에 연결합니다. 코드는 한 번만 개시할 수 있습니다.",
        "Bind codes to a lot. A code can be put into use once.";
    lot_number: "批次号", "로트 번호", "Lot number";
    production_date: "生产日期", "제조일", "Production date";
    shelf_life_days: "保质期（天）", "유통기한 (일)", "Shelf life in days";
    codes: "编码", "코드", "Codes";
    codes_hint:
        "每行一个；填了就不看上面的范围。",
        "한 줄에 하나씩. 적으면 위의 범위는 쓰지 않습니다.",
        "One a line; if filled in, the range above is not used.";
    n_commissioned: "已启用", "개시된 수", "In use";
    retire: "作废或销毁", "무효화 또는 폐기", "Void or destroy";
    retire_lead:
        "此后扫码的人会看到警告，不能恢复。",
        "이후 스캔하면 경고가 나오며 되돌릴 수 없습니다.",
        "Whoever scans them will be warned. It cannot be undone.";
    void: "作废", "무효화", "Void";
    destroy: "销毁", "폐기", "Destroy";
    reason: "原因", "사유", "Reason";
    n_done: "{} 个编码已处理。", "코드 {}개를 처리했습니다.", "{} codes done.";

    lots: "批次", "로트", "Lots";
    lots_none: "还没有批次。", "아직 로트가 없습니다.", "There are no lots yet.";
    lots_none_next:
        "启用编码时会自动建立批次。",
        "코드를 사용 개시하면 로트가 만들어집니다.",
        "A lot appears when codes are put into use.";
    best_before: "保质期至", "유통기한", "Best before";

    captures: "事件上报", "이력 신고", "Captures";
    captures_none: "还没有上报过事件。", "아직 신고한 이력이 없습니다.", "No events have been captured yet.";
    captures_none_next:
        "用下面的表单上传 EPCIS 2.0 文件，或调用接口 /epcis/capture。",
        "아래에서 EPCIS 2.0 파일을 올리거나 /epcis/capture API를 쓰세요.",
        "Upload an EPCIS 2.0 file below, or post it to /epcis/capture.";
    capture: "上报编号", "신고 번호", "Capture";
    capture_new: "上传事件文件", "이력 파일 올리기", "Upload a file";
    capture_new_lead:
        "EPCIS 2.0 JSON-LD 文件。同一事件重复上报不会重复计入。",
        "EPCIS 2.0 JSON-LD 파일. 같은 이력을 다시 올려도 한 번만 기록됩니다.",
        "An EPCIS 2.0 JSON-LD document. The same event again is not a second event.";
    file: "文件", "파일", "File";
    n_events: "事件数", "이력 수", "Events";
    n_known: "其中已有", "이미 있던 수", "Known before";
    n_differing: "已有且内容不同（未保存）", "이미 있고 내용이 다름(저장 안 함)", "Known, but differing (not stored)";
    events: "事件", "이력", "Events";
    event_time: "发生时间", "발생 시각", "Happened";
    record_time: "接收时间", "접수 시각", "Recorded";
    event_type: "类型", "유형", "Type";
    event_id: "事件编号", "이력 번호", "Event";
    biz_step: "环节", "단계", "Step";

    scheme: "编码体系", "체계", "Scheme";
    identifier: "标识", "식별자", "Identifier";
    identifiers: "其他标识", "다른 식별자", "Other identifiers";
    identifiers_none: "没有其他标识。", "다른 식별자가 없습니다.", "There are no other identifiers.";
    identifiers_none_next:
        "企业可以把 Ecode、MA 码、RFID 或其他系统的码关联到这件产品。",
        "기업은 Ecode, MA 코드, RFID, 다른 시스템의 코드를 이 제품에 연결할 수 있습니다.",
        "The enterprise can bind an Ecode, an MA code, an RFID tag or another system's code to it.";
    identifier_new: "关联另一个标识", "다른 식별자 연결", "Bind another identifier";
    identifier_hint:
        "扫描或输入；以后扫它也会查到这件产品。",
        "스캔하거나 입력하세요. 이후 그것을 스캔해도 이 제품이 조회됩니다.",
        "Scan or type it; whoever scans it will be led to this item.";
    identifier_unbind: "解除", "연결 해제", "Unbind";

    lookup: "一码查", "코드 조회", "Look up";
    lookup_lead:
        "输入追溯码、任何 EPC（单品、箱、托盘）、Ecode、MA 码或证书编号。查询不计入扫码次数。",
        "추적 코드, EPC(단품, 상자, 팔레트), Ecode, MA 코드, 인증서 번호를 입력하세요. 스캔 횟수에 세지 않습니다.",
        "A trace code, an EPC, an Ecode, an MA code, a certificate. Not counted as a scan.";
    lookup_label: "任意编码", "아무 코드", "Any code";
    lookup_button: "查询", "조회", "Look up";
    resets: "重新计次记录", "다시 세기 기록", "Counted anew";
    reset_title: "重新计次", "다시 세기", "Count its scans anew";
    reset_at: "时间", "시각", "When";
    reset_by: "操作人", "담당자", "Who";
    reset_n_scans: "此前查询次数", "그때까지의 조회", "Scans until then";
    reset_reason: "原因", "이유", "Why";
    reset_hint:
        "有人恶意多次查询时使用；以前的查询不再计入，但不会删除，原因会留存。",
        "남이 일부러 여러 번 조회했을 때 씁니다. 이전 조회는 세지 않지만 지우지 않으며, 이유가 남습니다.",
        "For honest goods that strangers scanned on purpose. Earlier scans count no more; they are \
         not deleted, and the reason is kept.";
    lookup_verdict: "消费者看到的结果", "소비자에게 보이는 결과", "What a consumer would see";
    trace: "来历", "이력", "History";
    trace_none: "没有关于它的事件。", "관련 이력이 없습니다.", "There are no events about it.";
    trace_none_next:
        "核对标识，或等待相关企业上报。",
        "식별자를 확인하거나 관련 기업의 신고를 기다려 주세요.",
        "Check the identifier, or wait until somebody reports.";
    how_related: "关系", "관계", "Relation";
    related_own: "自身", "자신", "Its own";
    related_inside: "装在 {}", "{} 안", "Inside {}";
    related_source: "来自 {}", "{}에서", "From {}";
    related_content: "曾装有 {}", "{} 담음", "Held {}";
    related_product: "制成 {}", "{}(으)로 만듦", "Made into {}";
    as_of: "换个时间看", "다른 시점으로 보기", "As of another time";
    as_of_event: "只看此时之前发生的", "이때까지 일어난 것만", "What had happened by";
    as_of_record: "只看此时之前上报的", "이때까지 신고된 것만", "What had been reported by";
    go_on_with: "从这里还有：{}", "여기부터 더 있음: {}", "There is more from {} on";
    trace_go_on: "从截断处继续", "끊긴 곳부터 계속", "Go on where it was cut";
    trace_forward: "去向", "추적", "Where it went";
    trace_drawing: "流向图", "흐름도", "The way";
    trace_show_forward: "查去向", "추적 보기", "Show where it went";
    trace_show_backward: "查来历", "이력 보기", "Show where it came from";
    trace_csv: "导出 CSV", "CSV 내보내기", "Export CSV";
    trace_xlsx: "导出 Excel", "Excel 내보내기", "Export for Excel";
    trace_pdf: "打印（PDF）", "인쇄용 PDF", "Print (PDF)";
    report_backward: "溯源报告：来历", "추적 보고서: 이력", "Trace report: where it came from";
    report_forward: "溯源报告：去向", "추적 보고서: 행방", "Trace report: where it went";
    asked_at: "查询时间", "조회 시각", "Asked at";
    n_events_told: "事件数", "이력 수", "Events";
    report_too_long:
        "共 {} 行，PDF 最多印 {} 行。请改为下载 XLSX 或 CSV，或缩小时间范围、从单件查起。",
        "모두 {}행이며 PDF는 {}행까지 인쇄합니다. XLSX나 CSV로 받거나 기간을 좁히거나 개별 제품부터 \
         찾아보세요.",
        "It has {} rows, and a PDF takes {}. Take it as XLSX or CSV, or ask for less: an earlier \
         time, a single item.";
    report_check:
        "核对：用有同样权限的账号打开下列地址，所得内容的 SHA-256 应与页脚所印一致：{}",
        "확인: 같은 권한의 계정으로 아래 주소를 열면 그 내용의 SHA-256이 바닥글과 같아야 합니다: {}",
        "To check: open this address with the same rights; the SHA-256 of what comes back must be \
         the one at the foot of each page: {}";
    n_organisations: "{} 家企业", "기업 {}곳", "{} organisations";
    several: "其他", "기타", "Others";
    read_point: "采集地点", "읽은 곳", "Read point";
    biz_location: "业务地点", "업무 장소", "Business location";
    related_to: "相关标识", "관련 식별자", "Related to";
    balance_side: "投入或产出", "투입·산출", "In or out";
    quantity: "数量", "수량", "Quantity";
    unit: "单位", "단위", "Unit";
    is_all: "是否全部", "전부 여부", "All of it";
    identifier_last: "末个标识", "마지막 식별자", "Last identifier";
    trace_hidden:
        "另有 {} 个事件属于此链条，但未向您开放。",
        "이 사슬에 속하지만 공개되지 않은 이력이 {}건 더 있습니다.",
        "{} more events belong to this chain and are not open to you.";
    stage: "阶段", "구간", "Stage";
    documents: "单据", "문서", "Documents";
    quantities: "数量", "수량", "Quantities";
    contradictions: "相互矛盾的记录", "서로 모순되는 기록", "Records that contradict each other";
    contradiction: "矛盾", "모순", "Contradiction";
    event_first: "先", "먼저", "Earlier event";
    event_second: "后", "나중", "Later event";
    holders: "现在在谁手里", "현재 보유자", "Who holds it";
    count: "数量", "개수", "Count";
    last_event: "最后事件", "마지막 이력", "Last event";
    container: "所在包装", "담긴 포장", "Inside";
    told_by_event: "事件", "이력", "Event";
    flows: "货物的去向", "물품의 흐름", "Flow of the goods";
    flow_from: "从", "에서", "From";
    flow_to: "到", "으로", "To";
    flow_packed: "装入", "담김", "packed into";
    flow_made: "制成", "만듦", "made into";
    flow_of_lot: "属于该批", "이 로트의 제품", "is the lot of";
    transformation: "加工", "가공", "Transformation";
    balances: "物料平衡", "물질 수지", "Mass balance";
    balance_in: "投入", "투입", "In";
    balance_out: "产出", "산출", "Out";
    balance_yield: "得率", "수율", "Yield";
    shares_of: "其中可能含有多少", "포함 가능 비율", "What share may be of it";
    share_least: "至少", "최소", "At least";
    share_even: "均匀混合时", "고르게 섞였다면", "If mixed evenly";
    share_most: "至多", "최대", "At most";
    amounts_moved: "按数量流转的批次", "수량으로 이동한 로트", "Lots moved by amount";
    parts: "批次在谁手里有多少", "로트 수량 보유자", "Who has how much of a lot";
    truncated:
        "事件太多，只显示一部分。",
        "이력이 너무 많아 일부만 표시합니다.",
        "Too many events; only a part is shown.";

    role_operator: "平台", "플랫폼", "operator";
    role_enterprise: "生产企业", "제조사", "enterprise";
    role_dealer: "经销商", "판매점", "dealer";
    role_regulator: "监管", "감독", "regulator";
    platform_wide: "（平台级，不属于企业）", "(플랫폼 전체)", "(whole platform)";
    enterprises: "企业", "기업", "Enterprises";
    enterprises_none: "还没有企业。", "아직 기업이 없습니다.", "There are no enterprises yet.";
    enterprises_none_next:
        "填写下面的表单，登记第一家企业。",
        "아래 양식에 첫 기업을 등록하세요.",
        "Register the first one with the form below.";
    enterprise: "企业", "기업", "Enterprise";
    enterprise_new: "登记企业", "기업 등록", "Register an enterprise";
    enterprise_name: "名称", "상호", "Name";
    enterprise_type: "类型", "유형", "Type";
    registration_scheme: "登记号种类", "등록 번호 종류", "Kind of registration number";
    registration_number: "登记号", "등록 번호", "Registration number";
    scheme_uscc: "统一社会信用代码", "중국 통일사회신용코드", "Chinese USCC";
    scheme_kr_brn: "韩国事业者登录番号", "사업자등록번호", "Korean business number";
    scheme_other: "其他", "기타", "Other";
    division: "行政区划代码", "행정구역 코드", "Division";
    division_hint:
        "六位（GB/T 2260）；外国为 900 加三位国家数字代码。留空则按登记号。",
        "여섯 자리(GB/T 2260). 외국은 900과 국가 숫자 코드 세 자리. 비우면 등록 번호에 따릅니다.",
        "Six digits (GB/T 2260), or 900 and the number of a country. Empty: by its number.";
    address: "地址", "주소", "Address";
    contact: "联系方式", "연락처", "Contact";

    shares: "事件共享", "이력 공유", "Sharing";
    shares_lead:
        "决定哪些企业可以看到你上报的事件；撤销立即生效。",
        "신고한 이력을 볼 수 있는 기업을 정합니다. 취소는 즉시 적용됩니다.",
        "Say which enterprises see your events; revoking works at once.";
    disclosure: "公众可见的来历", "소비자에게 보이는 이력", "What consumers see of the history";
    disclosure_lead:
        "您的名称总是公开；勾选的环节不公开，只计数。",
        "귀사의 이름은 항상 공개됩니다. 선택한 구간은 공개되지 않고 건수만 표시됩니다.",
        "Your own name is always public. Stages that you tick are kept private and only counted.";
    disclosure_save: "保存", "저장", "Save";
    disclosed_unlisted:
        "产品不出现在公众搜索里",
        "제품을 공개 검색에서 제외",
        "Keep products out of the public search";
    disclosed_names: "公开名称的企业编号", "이름을 공개할 기업 번호", "Enterprises to name";
    disclosed_names_hint:
        "用空格分隔；* 表示全部；留空则只公开您自己。",
        "빈칸으로 구분하며, *는 전체, 비워 두면 귀사만 공개됩니다.",
        "Numbers with spaces between; * for all; empty names nobody but you.";
    share_given: "共享给", "공유한 기업", "Shown to";
    share_given_none: "还没有共享给任何企业。", "아직 공유한 기업이 없습니다.", "You show your events to nobody.";
    share_given_next:
        "用下面的表单选择一家企业。",
        "아래 양식에서 기업을 정하세요.",
        "Name an enterprise with the form below.";
    share_got: "共享给我的", "공유받은 이력", "Shown to you";
    share_got_none: "还没有企业与你共享。", "아직 공유받은 이력이 없습니다.", "Nobody shows you events yet.";
    share_got_next:
        "把你的企业编号告诉对方。",
        "상대 기업에 내 기업 번호를 알려 주세요.",
        "Tell the other enterprise your number.";
    share_new: "共享事件", "이력 공유하기", "Show events";
    share_new_lead:
        "以后上报的立即可见，以前的几分钟内可见。",
        "앞으로의 이력은 바로, 이전 이력은 몇 분 안에 보입니다.",
        "New events are seen at once, earlier ones within minutes.";
    share_viewer: "对方企业编号", "상대 기업 번호", "Number of the enterprise";
    share_viewer_hint:
        "以 e 开头，向对方索取。",
        "e로 시작합니다. 상대 기업에 물어보세요.",
        "It begins with e; ask the enterprise for it.";
    share_sharer: "企业编号", "기업 번호", "Enterprise";
    share_what: "范围", "범위", "Which events";
    share_what_hint:
        "商品条码，或产品、地点、参与方的 URI；留空为全部事件。",
        "상품 바코드 또는 제품, 장소, 당사자의 URI. 비우면 전체입니다.",
        "A GTIN, or the URI of a product, place or party; empty shows all.";
    share_all: "全部事件", "모든 이력", "All events";
    share_own: "我的企业", "내 기업", "Your enterprise";
    share_own_number: "企业编号", "기업 번호", "Number";
    parties: "参与方与地点", "당사자와 장소", "Parties and places";
    parties_lead:
        "标识归属的企业能看到提到该标识的所有事件。登记前请核实。",
        "식별자의 소유 기업은 그 식별자가 나오는 모든 이력을 봅니다. 등록 전에 확인하세요.",
        "Whoever owns an identifier sees all events that name it: verify it before.";
    parties_none: "还没有登记标识。", "등록된 식별자가 없습니다.", "No identifiers are registered.";
    parties_next:
        "由平台登记企业的 PGLN、SGLN 或其他 URI。",
        "플랫폼이 기업의 PGLN, SGLN, 기타 URI를 등록합니다.",
        "The operator registers PGLNs, SGLNs and other URIs of enterprises.";
    party: "标识", "식별자", "Identifier";
    party_hint:
        "PGLN、SGLN 的 URN 或数字链接，或其他 URI；地点的各部分随之包括。",
        "PGLN, SGLN의 URN이나 디지털 링크, 기타 URI. 장소의 일부도 포함됩니다.",
        "URN or Digital Link of a PGLN or SGLN, or another URI; parts of a place come with it.";
    party_new: "登记标识", "식별자 등록", "Register an identifier";
    party_remove: "移除", "삭제", "Remove";

    keys: "密钥", "키", "Keys";
    keys_none: "还没有密钥。", "아직 키가 없습니다.", "There are no keys yet.";
    keys_none_next:
        "用下面的表单建立一个，交给需要登录的人或系统。",
        "아래 양식으로 만들어 필요한 사람이나 시스템에 전달하세요.",
        "Make one below and hand it to the person or system that needs it.";
    key_new: "建立密钥", "키 만들기", "Make a key";
    key_once:
        "请立即复制：密钥只显示这一次。",
        "지금 복사하세요. 키는 한 번만 표시됩니다.",
        "Copy it now: the key is shown only once.";
    key_label: "用途", "용도", "Used for";
    role: "角色", "역할", "Role";
    jurisdiction: "辖区", "관할", "Jurisdiction";
    jurisdiction_hint:
        "监管角色：行政区划代码前 2、4 或 6 位；留空为全国。",
        "감독 역할: 행정구역 코드 앞 2, 4, 6자리. 비우면 전체입니다.",
        "For regulators: the first 2, 4 or 6 digits of divisions; empty is the whole.";
    state: "状态", "상태", "State";
    key_active: "有效", "사용 중", "Active";
    key_revoked: "已吊销", "취소됨", "Revoked";
    action: "操作", "작업", "Action";
    revoke: "吊销", "취소", "Revoke";

    subscriptions: "事件订阅", "이벤트 구독", "Subscriptions";
    subscriptions_lead:
        "新事件符合查询条件时，自动发送到您的系统。",
        "새 이벤트가 조회 조건에 맞으면 귀사 시스템으로 보냅니다.",
        "New events that match a query are sent to your system.";
    subscriptions_none: "还没有订阅。", "아직 구독이 없습니다.", "There are no subscriptions yet.";
    subscriptions_none_next:
        "先用 POST /epcis/queries 保存查询，再在这里填写接收地址。",
        "먼저 POST /epcis/queries 로 조회를 저장한 뒤 여기에 받을 주소를 입력하세요.",
        "Keep a query with POST /epcis/queries, then say here where to send its events.";
    subscription: "订阅", "구독", "Subscription";
    subscription_new: "新建订阅", "구독 만들기", "Subscribe";
    subscription_active: "正常", "정상", "Active";
    subscription_failing: "发送失败，正在重试", "전송 실패, 재시도 중", "Failing, and tried again";
    subscription_stopped: "已停止", "중지됨", "Stopped";
    subscription_stopped_next:
        "没有丢失任何事件：恢复后从停下的地方继续。",
        "잃은 이벤트는 없습니다. 다시 시작하면 멈춘 곳부터 이어집니다.",
        "No event is lost: once resumed it goes on where it stopped.";
    subscription_delete: "删除订阅", "구독 삭제", "Delete the subscription";
    query_name: "查询", "조회", "Query";
    dest: "接收地址", "받을 주소", "Sent to";
    dest_hint:
        "以 https:// 开头的公网地址。",
        "https:// 로 시작하는 공인 주소.",
        "A public address that begins with https://.";
    signature_token: "签名密钥", "서명 키", "Signature token";
    signature_hint:
        "用来核对发送方；保存后不再显示。",
        "보낸 곳을 확인하는 데 쓰며, 저장 후에는 표시되지 않습니다.",
        "To check who sends; it is not shown again.";
    schedule: "发送时间", "보내는 때", "When";
    stream: "立即", "즉시", "At once";
    n_delivered: "已送达", "전달됨", "Delivered";
    n_waiting: "待发送", "대기", "Waiting";
    n_dead: "未送达", "전달 실패", "Undelivered";
    notified_at: "最近送达", "최근 전달", "Last delivered";
    dead_letters: "未送达的发送", "전달하지 못한 건", "Undelivered";
    dead_letters_none: "没有未送达的发送。", "전달하지 못한 건이 없습니다.", "Nothing is undelivered.";
    dead_letters_none_next:
        "重试一天仍失败的发送会列在这里，可以重发或丢弃。",
        "하루 동안 실패한 건이 여기에 표시되며, 다시 보내거나 버릴 수 있습니다.",
        "What failed for a day is listed here, to be sent again or dropped.";
    delivery: "发送编号", "전달 번호", "Delivery";
    n_attempts: "尝试次数", "시도 횟수", "Attempts";
    waits_since: "等待自", "대기 시작", "Waiting since";
    last_error: "失败原因", "실패 원인", "Why it failed";
    replay: "重发", "다시 보내기", "Send again";
    resume: "立即重试并恢复", "바로 재시도하고 재개", "Try again now, and resume";
    dead_letter_drop: "丢弃一次发送", "한 건 버리기", "Drop one";
    dead_letter_drop_lead:
        "接收方将不会收到其中的事件。",
        "받는 쪽은 그 이벤트를 받지 못합니다.",
        "The receiver will not get its events.";
}
