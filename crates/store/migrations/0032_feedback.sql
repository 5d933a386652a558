-- What visitors say of a page, goods or the service; enterprise 0 is the platform, product 0 none,
-- rating 0 none. about: 0 page, 1 product, 2 service.
create table feedback (
  enterprise_id bigint not null,
  feedback_id bigint not null primary key,
  product_id bigint not null,
  code text not null,
  about bigint not null,
  rating bigint not null,
  words text not null,
  language text not null,
  sent_at bigint not null,
  handled_at bigint,
  handled_by text not null
);
create index feedback_enterprise on feedback (enterprise_id, feedback_id);
