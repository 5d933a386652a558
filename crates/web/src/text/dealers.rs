//! The sentences of dealers: the tree, territories, licences, files.

use super::texts;

texts! { DealerTexts, DEALER_ZH, DEALER_KO, DEALER_EN:
    dealers: "经销商", "유통사", "Dealers";
    dealer: "经销商", "유통사", "Dealer";
    lead:
        "经销商按上下级排列，每家有自己的销售区域。",
        "유통사는 상하로 이어지고, 저마다 판매 지역이 있습니다.",
        "Dealers stand one under another; each sells in its own territories.";
    none: "还没有经销商。", "아직 유통사가 없습니다.", "There are no dealers yet.";
    none_next:
        "用下面的表单登记一家，或导入表格文件。",
        "아래 양식으로 등록하거나 표 파일을 가져오세요.",
        "Add one below, or import a file.";
    under: "下级经销商", "하위 유통사", "Dealers below";
    under_none: "没有下级经销商。", "하위 유통사가 없습니다.", "No dealers stand below.";
    under_none_next:
        "登记新经销商时把这家填为上级。",
        "새 유통사를 등록할 때 이곳을 상위로 적으세요.",
        "Name this one as above when you add a dealer.";
    new: "登记经销商", "유통사 등록", "Add a dealer";
    number: "编号", "번호", "Number";
    number_hint:
        "贵公司自己的编号，每家一个。",
        "귀사가 정한 번호이며 한 곳에 하나입니다.",
        "Your own number for it; one each.";
    name: "名称", "이름", "Name";
    contact_name: "联系人", "담당자", "Contact";
    phone: "电话", "전화", "Telephone";
    email: "电子邮箱", "이메일", "E-mail";
    address: "地址", "주소", "Address";
    party: "主体标识", "주체 식별자", "Party identifier";
    party_hint:
        "GLN（13 位）或 URI，流转事件用它指这家；留空则由平台给一个。",
        "GLN(13자리)이나 URI. 유통 이벤트가 이 값으로 가리킵니다. 비우면 자동으로 정합니다.",
        "A GLN of 13 digits or a URI that events name it by; left empty, it gets one of ours.";
    place: "地点标识", "장소 식별자", "Place identifier";
    linked: "平台企业编号", "플랫폼 기업 번호", "Enterprise on this platform";
    linked_hint:
        "这家也是平台企业时填写。",
        "이 유통사가 플랫폼 기업일 때만 적으세요.",
        "Only if it is an enterprise here itself.";
    parent: "上级编号", "상위 번호", "Above, by number";
    parent_hint:
        "留空则直属本企业。",
        "비우면 본사 바로 아래입니다.",
        "Left empty, it stands right under you.";
    parent_link: "上级经销商", "상위 유통사", "The dealer above";
    above: "上级", "상위", "Above";
    move_to: "变更上级", "상위 변경", "Move";
    save: "保存", "저장", "Save";
    territories: "销售区域", "판매 지역", "Territories";
    territories_none:
        "还没有销售区域，无法判断窜货。",
        "판매 지역이 없어 이탈 유통을 가릴 수 없습니다.",
        "It has no territory, so nothing can be outside of it.";
    territories_none_next: "在下面填写。", "아래에 적으세요.", "Write them below.";
    territories_hint:
        "每行一个：行政区划代码 类型 开始日 结束日。类型：sole 独家，shared 共享，border 允许的相邻区县；没有日期写 - 或不写。例：330100 sole \
            2026-01-01 2026-12-31",
        "한 줄에 하나: 행정구역 코드, 종류, 시작일, 종료일. 종류: sole 단독, shared 공유, border 허용된 인접 지역. 날짜가 없으면 - 또는 \
            비웁니다. 예: 330100 sole 2026-01-01 2026-12-31",
        "One a line: division, kind, first day, last day. Kinds: sole, shared, border (a \
            neighbour that is let pass). Without a date write - or nothing. Such as 330100 sole \
            2026-01-01 2026-12-31";
    division: "行政区划", "행정구역", "Division";
    kind: "类型", "종류", "Kind";
    kind_sole: "独家", "단독", "Sole";
    kind_shared: "共享", "공유", "Shared";
    kind_border: "允许的相邻区县", "허용된 인접 지역", "Border, let pass";
    from: "开始", "시작", "From";
    until: "结束", "종료", "Until";
    state: "状态", "상태", "State";
    open: "合作中", "거래 중", "Open";
    closed: "已停止合作", "거래 종료", "Closed";
    close: "停止合作", "거래 종료", "Close";
    close_lead:
        "不再占用销售区域，资料和记录保留。",
        "판매 지역을 내놓으며 자료와 기록은 남습니다.",
        "Its territories become free; what is known of it stays.";
    reopen: "恢复合作", "거래 재개", "Open again";
    files: "证照与合同", "면허와 계약", "Licences and contracts";
    files_none: "还没有文件。", "아직 파일이 없습니다.", "There are no files yet.";
    files_none_next: "在下面上传。", "아래에서 올리세요.", "Send one below.";
    file_add: "上传证照", "면허 올리기", "Add a licence";
    file_name: "文件名称", "파일 이름", "What it is";
    valid_until: "有效期至", "유효 기한", "Valid until";
    file: "文件", "파일", "File";
    file_hint:
        "PDF、PNG、JPEG 或 WebP；图片会重新编码。",
        "PDF, PNG, JPEG 또는 WebP. 그림은 다시 인코딩합니다.",
        "PDF, PNG, JPEG or WebP; pictures are encoded anew.";
    changes: "变更记录", "변경 기록", "Changes";
    changes_none: "没有变更。", "변경이 없습니다.", "Nothing was changed.";
    changed_by: "操作人", "변경한 사람", "By";
    changed_at: "时间", "시각", "When";
    action: "操作", "작업", "What";
    detail: "内容", "내용", "Detail";
    did_added: "登记", "등록", "Added";
    did_changed: "修改", "수정", "Changed";
    did_moved: "变更上级", "상위 변경", "Moved";
    did_territories: "变更销售区域", "판매 지역 변경", "Territories";
    did_file: "上传证照", "면허 추가", "Licence";
    did_closed: "停止合作", "거래 종료", "Closed";
    did_reopened: "恢复合作", "거래 재개", "Opened again";
    key_new: "为其员工建立密钥", "직원용 키 만들기", "Make a key for its staff";
    key_lead:
        "持此密钥只能看到这家的资料、收货和发货。",
        "이 키로는 이 유통사의 자료와 입출고만 볼 수 있습니다.",
        "With it one sees this dealer alone, takes goods in and sends them on.";
    import: "导入", "가져오기", "Import";
    import_lead:
        "CSV（UTF-8 或 GBK）或 .xlsx，第一行是列名。编号已有的更新，没有的新增；有一处错误就都不写入。",
        "CSV(UTF-8이나 GBK) 또는 .xlsx이며 첫 줄은 열 이름입니다. 있는 번호는 바꾸고 없는 번호는 더합니다. 하나라도 틀리면 아무것도 쓰지 않습니다.",
        "CSV in UTF-8 or GBK, or .xlsx; the first row names the columns. Known numbers are \
            changed, others added; if anything is wrong, nothing is written.";
    columns: "可用的列", "쓸 수 있는 열", "Columns";
    what_to_do: "要做什么", "할 일", "What to do";
    only_check: "只检查", "확인만", "Only check";
    take_over: "写入", "쓰기", "Take over";
    import_done: "已写入", "썼습니다", "Taken over";
    import_fine: "检查通过，尚未写入", "문제없음, 아직 쓰지 않음", "Nothing is wrong; nothing is written yet";
    import_wrong: "有错误，没有写入", "잘못이 있어 쓰지 않았습니다", "Something is wrong; nothing was written";
    n_added: "新增 {}", "추가 {}", "{} added";
    n_changed: "更新 {}", "변경 {}", "{} changed";
    n_same: "不变 {}", "그대로 {}", "{} as before";
    faults: "错误", "잘못", "Faults";
    line: "行", "줄", "Line";
    column: "列", "열", "Column";
    fault: "说明", "설명", "What is wrong";
    export_csv: "导出 CSV", "CSV 내보내기", "Export CSV";
    export_xlsx: "导出 Excel", "Excel 내보내기", "Export Excel";
    stock: "库存", "재고", "Stock";
    stock_none: "没有货。", "재고가 없습니다.", "There are no goods.";
    stock_none_next:
        "发货并收货后，这里按事件自动计算。",
        "출고와 입고가 이뤄지면 이벤트에서 계산됩니다.",
        "Once goods are shipped and received it is counted from the events.";
    product: "产品", "제품", "Product";
    n_in_stock: "在库", "재고", "In stock";
    n_in_transit: "在途", "운송 중", "On the way";
    n_sold: "已售", "판매됨", "Sold";
    with_below: "含下级", "하위 포함", "With those below";
    moves: "发货与收货", "출고와 입고", "Goods in and out";
    moves_lead:
        "发货、调拨、退货和收货都写成 EPCIS 事件，库存由事件算出。",
        "출고, 이동, 반품, 입고는 모두 EPCIS 이벤트가 되고 재고는 거기서 계산됩니다.",
        "Deliveries, transfers, returns and receipts become EPCIS events; stock follows from them.";
    move_kind: "操作", "작업", "What happens";
    kind_ship: "发货", "출고", "Ship";
    kind_receive: "收货", "입고", "Receive";
    move_from: "发货方编号", "보내는 곳 번호", "From, by number";
    move_to_number: "收货方编号", "받는 곳 번호", "To, by number";
    station_hint:
        "经销商编号；留空为本企业。",
        "유통사 번호. 비우면 본사입니다.",
        "The number of a dealer; left empty it is the enterprise.";
    things: "产品码、箱码或托盘码", "코드, 상자 또는 팔레트", "Codes, cases, pallets";
    things_hint:
        "每行一个，可用扫码枪连续录入；也可以只填下面的号段。",
        "한 줄에 하나. 스캐너로 이어서 읽을 수 있고, 아래 구간만 적어도 됩니다.",
        "One a line; a scanner may type them one after the other. Or a run of codes below.";
    batch: "编码批次编号", "코드 주문 번호", "Batch of codes";
    first: "起始位置", "시작 위치", "First position";
    last: "结束位置", "끝 위치", "Last position";
    document: "送货单号", "납품서 번호", "Delivery note";
    event_time: "发生时间", "발생 시각", "When it happened";
    time_hint: "留空为现在。", "비우면 지금입니다.", "Left empty it is now.";
    move_do: "提交", "보내기", "Send";
    move_done: "已记录", "기록되었습니다", "It is recorded";
    move_import: "导入发货文件", "출고 파일 가져오기", "Import a file of moves";
    move_import_lead:
        "CSV（UTF-8 或 GBK）或 .xlsx。列：thing、kind（ship/receive）、from、to、batch_id、first、last、docume\
            nt、time；同一单的行合成一个事件，有错误就都不写入。",
        "CSV(UTF-8이나 GBK) 또는 .xlsx. 열: thing, kind(ship/receive), from, to, batch_id, first, \
            last, document, time. 같은 건의 줄은 한 이벤트가 되며 하나라도 틀리면 쓰지 않습니다.",
        "CSV in UTF-8 or GBK, or .xlsx. Columns: thing, kind (ship or receive), from, to, \
            batch_id, first, last, document, time. Rows of one delivery become one event; if \
            anything is wrong, nothing is written.";
    n_events: "事件 {}", "이벤트 {}", "{} events";
    n_rows: "行 {}", "줄 {}", "{} rows";
    shipments: "待收货", "입고 예정", "To be received";
    shipments_none: "没有在途货物。", "오는 물건이 없습니다.", "Nothing is on its way.";
    shipments_none_next:
        "上级发货后会出现在这里。",
        "상위에서 출고하면 여기에 나옵니다.",
        "What is shipped to you appears here.";
    shipment: "到货核对", "입고 확인", "Check a delivery";
    sent_at: "发货时间", "출고 시각", "Sent";
    sent_by: "发货方", "보낸 곳", "From";
    n_items: "件数", "수량", "Items";
    expected: "应到", "예정", "Expected";
    part: "箱、托盘或单件", "상자, 팔레트, 낱개", "Case, pallet or item";
    more_parts: "还有 {} 项未列出", "{}건은 줄였습니다", "{} more are not listed";
    scan: "扫码核对", "스캔해서 확인", "Scan and check";
    scan_hint:
        "把光标放在框内，用扫码枪逐个扫描箱码、托盘码或单件码，每行一个。",
        "칸을 누르고 스캐너로 상자, 팔레트, 낱개 코드를 하나씩 읽으세요. 한 줄에 하나.",
        "Put the cursor in the field and scan cases, pallets or items one after the other.";
    check: "核对", "확인", "Check";
    check_all: "齐全，无差异", "모두 맞습니다", "All is there, and nothing else";
    check_differs: "有差异", "차이가 있습니다", "It differs";
    found: "已到 {}", "도착 {}", "{} found";
    missing: "缺少", "부족", "Missing";
    missing_none: "没有缺少。", "부족한 것이 없습니다.", "Nothing is missing.";
    scanned: "已扫", "스캔", "Scanned";
    scanned_none: "还没有扫描。", "아직 스캔하지 않았습니다.", "Nothing was scanned yet.";
    result: "结果", "결과", "Result";
    is_expected: "相符", "예정대로", "Expected";
    is_surplus: "多出", "초과", "Surplus";
    is_of_another: "错货：属于其他经销商", "오배송: 다른 유통사 물건", "Wrong: another dealer's";
    is_ended: "错货：已售或已作废", "오배송: 판매되었거나 폐기됨", "Wrong: sold or ended";
    is_here: "已在库", "이미 입고됨", "Already taken in";
    is_unknown: "错货：不是本企业的码", "오배송: 이 기업의 코드가 아님", "Wrong: no code of this enterprise";
    receive: "确认收货", "입고하기", "Receive";
    receive_lead:
        "收下相符的货；错货和缺少的不会入库。",
        "예정된 것을 받습니다. 잘못 온 것과 없는 것은 입고되지 않습니다.",
        "Takes in what was expected; wrong and missing goods are left out.";
    take_surplus: "多出的也收下", "초과분도 받기", "Take surplus as well";
    received: "已收货", "입고되었습니다", "Received";
    no_dealer:
        "这个密钥不属于某一家经销商，请向企业索取。",
        "이 키는 특정 유통사의 것이 아닙니다. 기업에 요청하세요.",
        "This key is of no certain dealer; ask the enterprise for one that is.";
}
