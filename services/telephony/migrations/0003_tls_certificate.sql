-- Up Migration
alter table pbx add column tls_certificate text not null default '';
