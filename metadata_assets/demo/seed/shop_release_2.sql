-- What the shop's second release does to its schema: each kind of change once.
ALTER TABLE marketing.coupons ADD COLUMN max_uses INTEGER;
ALTER TABLE sales.reviews DROP COLUMN tags;
ALTER TABLE marketing.coupons ALTER COLUMN percent_off TYPE DECIMAL(5, 2);
ALTER TABLE sales.payments RENAME COLUMN provider_response TO gateway_response;
DROP TABLE marketing.sessions;
CREATE TABLE sales.refunds (
  refund_id BIGINT PRIMARY KEY,
  order_id BIGINT NOT NULL REFERENCES sales.orders (order_id),
  amount DECIMAL(10, 2) NOT NULL,
  reason VARCHAR,
  refunded_at TIMESTAMPTZ NOT NULL
);
COMMENT ON TABLE sales.refunds IS 'Money given back; an order may be refunded in parts.';
