SELECT 1;
/* see path/* for more */
SELECT 2;
/*/ */SELECT 3;