SELECT 'ä日😀';SELECT größe FROM Straße;
UPDATE 表 SET 名='x;';