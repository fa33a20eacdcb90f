-- The next step of the same table. Versions run in numeric order: 2 after 1, 10 after 9.
ALTER TABLE persons ADD COLUMN city VARCHAR(100);

INSERT INTO persons (name, city) VALUES ('Ada', 'London'), ('Grace', 'New York'), ('Edsger', 'Rotterdam');
