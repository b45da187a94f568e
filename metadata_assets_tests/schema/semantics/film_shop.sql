CREATE TYPE mpaa_rating AS ENUM ('G', 'PG', 'PG-13', 'R');
CREATE DOMAIN year AS integer CHECK (VALUE BETWEEN 1901 AND 2155);
CREATE TABLE language (language_id integer PRIMARY KEY, name character(20) NOT NULL);
CREATE TABLE film (
  film_id integer PRIMARY KEY,
  title text NOT NULL,
  release_year year,
  language_id integer NOT NULL REFERENCES language,
  rental_duration smallint NOT NULL DEFAULT 3,
  rental_rate numeric(4,2) NOT NULL DEFAULT 4.99,
  length smallint,
  rating mpaa_rating DEFAULT 'G',
  last_update timestamp with time zone NOT NULL DEFAULT now(),
  special_features text[],
  fulltext tsvector
);
CREATE TABLE actor (
  actor_id integer PRIMARY KEY,
  first_name text NOT NULL,
  last_name text NOT NULL,
  last_update timestamp with time zone NOT NULL DEFAULT now()
);
CREATE TABLE film_actor (
  actor_id integer REFERENCES actor,
  film_id integer REFERENCES film,
  last_update timestamp with time zone NOT NULL DEFAULT now(),
  PRIMARY KEY (actor_id, film_id)
);
CREATE TABLE category (category_id integer PRIMARY KEY, name text NOT NULL);
CREATE TABLE store (store_id integer PRIMARY KEY, manager_staff_id integer);
CREATE TABLE staff (
  staff_id integer PRIMARY KEY, first_name text, last_name text, store_id integer REFERENCES store
);
CREATE TABLE inventory (
  inventory_id integer PRIMARY KEY, film_id integer REFERENCES film, store_id integer
);
CREATE TABLE customer (
  customer_id integer PRIMARY KEY, first_name text, last_name text, email character varying(50)
);
CREATE TABLE rental (
  rental_id integer PRIMARY KEY,
  rental_date timestamp without time zone NOT NULL,
  inventory_id integer REFERENCES inventory,
  customer_id integer REFERENCES customer,
  return_date timestamp without time zone
);
CREATE TABLE payment (
  payment_id integer PRIMARY KEY,
  customer_id integer REFERENCES customer,
  amount numeric(5,2) NOT NULL,
  payment_date timestamp with time zone NOT NULL
);
CREATE VIEW film_list AS SELECT film_id AS fid, title FROM film;
