-- Certificates of an enterprise itself are of product 0, so places are those of an enterprise.
drop index certificates_place;
create unique index certificates_place
  on certificates (enterprise_id, product_id, lot_id, place_no);
drop index certificates_product;
create index certificates_product on certificates (enterprise_id, product_id, certificate_id);
