CREATE TRIGGER tr AFTER INSERT ON t BEGIN INSERT INTO u VALUES (NEW.id); INSERT INTO u VALUES (NEW.id+10); END;
create temp trigger tr after insert on t when new.id > case when 1 then 2 end begin insert into u select case when new.id > 1 then (case 1 when 1 then 2 end) else 0 end; end;
CREATE TRIGGER IF NOT EXISTS tr AFTER UPDATE OF begin ON t FOR EACH ROW BEGIN
  SELECT end, "end" FROM case_t;
  UPDATE t SET end = 1 WHERE begin = 2;
END;
SELECT CASE 1 WHEN 1 THEN 2 END;
END;
SELECT 1;
