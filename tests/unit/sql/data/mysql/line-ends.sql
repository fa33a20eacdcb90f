SELECT 1;

-- note
 SELECT 'a
b';
SELECT 2
; SELECT 3;-- cSELECT 4;
	SELECT 5;