// A client that others wrote, epcis2.js, in another process: captures a document with an event of
// each type, asks for the events by a query, reads the answer with the same library, and prints
// what it found as a line of JSON. Arguments: the address of `/epcis` and a key.
const {
  setup, capture, cbv, eventToHashedId, objectToEvent,
  EPCISDocument, ObjectEvent, AggregationEvent, TransactionEvent, TransformationEvent,
  AssociationEvent, BizTransactionElement, QuantityElement, Ilmd, SensorElement,
  SensorReportElement,
} = require("epcis2.js");

const { actionTypes, bizSteps, dispositions } = cbv;
const [apiUrl, key] = process.argv.slice(2);
const item = (serial) => `https://id.gs1.org/01/09506000134352/21/${serial}`;
const place = "https://id.gs1.org/414/9521321000018";

function events() {
  const object = new ObjectEvent()
    .setEventID("urn:uuid:11111111-1111-4111-8111-111111111111")
    .setAction(actionTypes.add)
    .setBizStep(bizSteps.commissioning)
    .setDisposition(dispositions.active)
    .addEPC(item("A1")).addEPC(item("A2"))
    .setReadPoint(place)
    .setIlmd(new Ilmd().addExtension("cbvmda:lotNumber", "L-溯源"))
    .addSensorElement(new SensorElement().addSensorReport(
      new SensorReportElement().setType("gs1:Temperature").setValue(4.5).setUom("CEL")))
    .addExtension("ext:note", "写给别人看的");
  const aggregation = new AggregationEvent()
    .setAction(actionTypes.add)
    .setBizStep(bizSteps.packing)
    .setParentId("https://id.gs1.org/00/106141412345678908")
    .addChildEPC(item("A1")).addChildEPC(item("A2"));
  const transaction = new TransactionEvent()
    .setAction(actionTypes.add)
    .setBizStep(bizSteps.shipping)
    .addBizTransaction(new BizTransactionElement()
      .setType("po").setBizTransaction("http://transaction.example.com/po/1"))
    .addEPC("https://id.gs1.org/00/106141412345678908");
  const transformation = new TransformationEvent()
    .setBizStep(bizSteps.creating_class_instance)
    .addInputQuantity(new QuantityElement()
      .setEpcClass("https://id.gs1.org/01/09506000134352/10/M").setQuantity(5.5).setUom("KGM"))
    .addOutputEPC(item("A1"));
  const association = new AssociationEvent()
    .setAction(actionTypes.add)
    .setBizStep(bizSteps.assembling)
    .setParentId("https://id.gs1.org/8004/401234599999")
    .addChildEPC(item("A2"));
  return [object, aggregation, transaction, transformation, association].map((event, index) =>
    event.setEventTime(`2026-11-21T08:0${index}:00.000Z`).setEventTimeZoneOffset("+00:00"));
}

async function asked(path) {
  const answer = await fetch(`${apiUrl}${path}`, {
    headers: { Authorization: `Bearer ${key}`, Accept: "application/json" },
  });
  return answer.json();
}

async function main() {
  setup({ apiUrl, headers: { "content-type": "application/json", Authorization: `Bearer ${key}` } });
  const context = [
    "https://ref.gs1.org/standards/epcis/2.0.0/epcis-context.jsonld",
    { ext: "https://example.com/ext/" },
  ];
  const document = new EPCISDocument()
    .setContext(context)
    .setCreationDate("2026-11-21T08:00:00.000Z")
    .addEventList(events());
  const sent = document.toObject().epcisBody.eventList;
  const hashes = sent.map((event) => eventToHashedId(event, context[1]));

  const captured = await capture(document, { documentValidation: true });
  const job = await asked(`/capture/${captured.headers.get("location").split("/").pop()}`);
  const found = await asked("/events?orderBy=eventTime&orderDirection=ASC");
  const list = found.epcisBody.queryResults.resultsBody.eventList;
  const read = list.map((event) => objectToEvent(event).toObject());
  const one = await asked(`/events?MATCH_epc=${encodeURIComponent(item("A2"))}&EQ_bizStep=commissioning`);
  console.log(JSON.stringify({
    status: captured.status,
    success: job.success,
    types: read.map((event) => event.type),
    hashes,
    ids: list.map((event) => event.eventID),
    first: read[0],
    one: one.epcisBody.queryResults.resultsBody.eventList.length,
  }));
}

main().catch((error) => { console.error(error); process.exitCode = 1; });
