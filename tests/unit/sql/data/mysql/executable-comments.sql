/*!40101 SET NAMES utf8; */;
/*! INSERT INTO t VALUES (1) */;
/*M! INSERT INTO t VALUES (2) */;
-- note
/*!100100 SELECT 3 */;
INSERT /*! INTO */ t VALUES (2);
/*! SET @a=1 */ -- tail
SELECT /*+ hint; */ 1;
/*!12 SELECT 4 */
DELIMITER $$
/*! SELECT 5 */