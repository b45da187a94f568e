-- A small online shop, in DuckDB.
CREATE SCHEMA sales;
CREATE SCHEMA marketing;

CREATE TYPE sales.order_status AS ENUM ('placed', 'paid', 'shipped', 'returned', 'cancelled');

CREATE TABLE sales.customers (
  customer_id BIGINT PRIMARY KEY,
  full_name VARCHAR NOT NULL,
  email VARCHAR NOT NULL UNIQUE,
  address STRUCT(street VARCHAR, city VARCHAR, postcode VARCHAR, country CHAR(2)),
  phone_numbers VARCHAR[],
  marketing_consent BOOLEAN NOT NULL DEFAULT false,
  created_at TIMESTAMPTZ NOT NULL DEFAULT current_timestamp
);
COMMENT ON TABLE sales.customers IS 'One row per person or company that has ever placed an order.';
COMMENT ON COLUMN sales.customers.phone_numbers IS 'In E.164 form, the preferred one first.';

CREATE TABLE sales.suppliers (
  supplier_id INTEGER PRIMARY KEY,
  name VARCHAR NOT NULL,
  country CHAR(2) NOT NULL,
  rating DECIMAL(3, 2) CHECK (rating BETWEEN 0 AND 5)
);
COMMENT ON TABLE sales.suppliers IS 'Companies the shop buys from.';

CREATE TABLE sales.categories (
  category_id INTEGER PRIMARY KEY,
  parent_id INTEGER REFERENCES sales.categories (category_id),
  name VARCHAR NOT NULL
);
COMMENT ON TABLE sales.categories IS 'The product tree; a root category has no parent.';

CREATE TABLE sales.products (
  product_id INTEGER PRIMARY KEY,
  category_id INTEGER NOT NULL REFERENCES sales.categories (category_id),
  supplier_id INTEGER REFERENCES sales.suppliers (supplier_id),
  sku VARCHAR NOT NULL UNIQUE,
  title VARCHAR NOT NULL,
  list_price DECIMAL(10, 2) NOT NULL CHECK (list_price >= 0),
  attributes MAP(VARCHAR, VARCHAR),
  dimensions_mm STRUCT(length INTEGER, width INTEGER, height INTEGER),
  discontinued_on DATE
);
COMMENT ON TABLE sales.products IS 'One row per sellable article.';
COMMENT ON COLUMN sales.products.list_price IS 'In euros, including VAT.';

CREATE TABLE sales.warehouses (
  warehouse_id SMALLINT PRIMARY KEY,
  city VARCHAR NOT NULL,
  location STRUCT(lat DOUBLE, lon DOUBLE)
);

CREATE TABLE sales.inventory (
  warehouse_id SMALLINT NOT NULL REFERENCES sales.warehouses (warehouse_id),
  product_id INTEGER NOT NULL REFERENCES sales.products (product_id),
  on_hand INTEGER NOT NULL DEFAULT 0,
  reserved INTEGER NOT NULL DEFAULT 0,
  counted_at TIMESTAMP,
  PRIMARY KEY (warehouse_id, product_id)
);
COMMENT ON TABLE sales.inventory IS 'Stock of one product in one warehouse, now.';

CREATE TABLE sales.orders (
  order_id BIGINT PRIMARY KEY,
  customer_id BIGINT NOT NULL REFERENCES sales.customers (customer_id),
  status sales.order_status NOT NULL DEFAULT 'placed',
  ordered_at TIMESTAMPTZ NOT NULL,
  shipping_cost DECIMAL(8, 2) NOT NULL DEFAULT 0,
  coupon VARCHAR,
  note VARCHAR
);
COMMENT ON TABLE sales.orders IS 'One row per order, whatever became of it.';
COMMENT ON COLUMN sales.orders.coupon IS 'The code the customer typed, upper case.';

CREATE TABLE sales.order_items (
  order_id BIGINT NOT NULL REFERENCES sales.orders (order_id),
  line_number SMALLINT NOT NULL,
  product_id INTEGER NOT NULL REFERENCES sales.products (product_id),
  quantity INTEGER NOT NULL CHECK (quantity > 0),
  unit_price DECIMAL(10, 2) NOT NULL,
  line_total DECIMAL(12, 2) GENERATED ALWAYS AS (quantity * unit_price),
  PRIMARY KEY (order_id, line_number)
);
COMMENT ON TABLE sales.order_items IS 'One row per product within an order.';

CREATE TABLE sales.payments (
  payment_id UUID PRIMARY KEY,
  order_id BIGINT NOT NULL REFERENCES sales.orders (order_id),
  method VARCHAR NOT NULL,
  amount DECIMAL(10, 2) NOT NULL,
  paid_at TIMESTAMPTZ NOT NULL,
  provider_response JSON
);

CREATE TABLE sales.reviews (
  review_id BIGINT PRIMARY KEY,
  product_id INTEGER NOT NULL REFERENCES sales.products (product_id),
  customer_id BIGINT REFERENCES sales.customers (customer_id),
  stars TINYINT NOT NULL CHECK (stars BETWEEN 1 AND 5),
  body VARCHAR,
  tags VARCHAR[],
  written_at TIMESTAMP NOT NULL
);

CREATE TABLE marketing.coupons (
  code VARCHAR PRIMARY KEY,
  percent_off UTINYINT NOT NULL,
  valid_from DATE NOT NULL,
  valid_to DATE
);

CREATE TABLE marketing.sessions (
  session_id UUID PRIMARY KEY,
  customer_id BIGINT,
  started_at TIMESTAMPTZ NOT NULL,
  pages STRUCT(url VARCHAR, seconds INTEGER)[]
);
COMMENT ON TABLE marketing.sessions IS 'Visits to the web shop; pages in the order they were seen.';

CREATE INDEX orders_by_customer ON sales.orders (customer_id, ordered_at);

CREATE VIEW sales.revenue_by_month AS
SELECT date_trunc('month', o.ordered_at) AS month, sum(i.quantity * i.unit_price) AS revenue
FROM sales.orders o
JOIN sales.order_items i USING (order_id)
WHERE o.status IN ('paid', 'shipped')
GROUP BY ALL;
COMMENT ON VIEW sales.revenue_by_month IS 'Revenue of paid and shipped orders.';

INSERT INTO sales.warehouses VALUES (1, 'Rotterdam', {'lat': 51.92, 'lon': 4.48});
INSERT INTO sales.categories VALUES (1, NULL, 'Kitchen');
INSERT INTO sales.categories VALUES (2, 1, 'Pans');
INSERT INTO sales.suppliers VALUES (1, 'IJzerwerk BV', 'NL', 4.5);
INSERT INTO sales.products VALUES
  (1, 2, 1, 'PAN-24', 'Cast-iron pan, 24 cm', 59.95, MAP {'colour': 'black'},
   {'length': 440, 'width': 250, 'height': 60}, NULL);
INSERT INTO sales.customers (customer_id, full_name, email) VALUES (1, 'Ada Jansen', 'ada@example.com');
INSERT INTO sales.orders (order_id, customer_id, ordered_at) VALUES (1, 1, '2026-01-05 10:00:00+00');
INSERT INTO sales.order_items VALUES (1, 1, 1, 2, 59.95);
