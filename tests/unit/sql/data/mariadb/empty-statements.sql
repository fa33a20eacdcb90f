;;
;
SELECT 1;
;;;
-- only a comment
;
/* and one more */;
SELECT 2;;
 ; 
-- tail
/* tail */