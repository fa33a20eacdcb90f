-- note
/*M! INSERT INTO t VALUES (1) */;
/*M!100100 INSERT INTO t VALUES (2) */;
/*! SELECT 3 */;
INSERT /*M!100100 IGNORE */ INTO t VALUES (3);
/*M!999999\- enable the sandbox mode */
-- dump
SELECT 4;