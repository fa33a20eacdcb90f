DELIMITER $$
$$
CREATE DEFINER=a@b PROCEDURE p()
BEGIN
  if 1 then select if(1,2,3), if(4,5,6) from dual; elseif 2 then select 1; end if;
  WHILE i < 2 DO SET i = CASE i WHEN 1 THEN IF(i=1,'a','b') ELSE 'c' END; END WHILE;
  CASE 1 WHEN 1 THEN SELECT 1; END CASE;
END;$$
CALL p()$$