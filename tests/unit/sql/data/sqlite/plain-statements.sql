CREATE TABLE t (id INT);
  INSERT INTO t VALUES (1,'a;b'), (2,'it''s; ok'), (3,''';''');INSERT INTO t VALUES (4,'')
;
SELECT 'no delimiter'