SELECT "a;'b", 'a;"b', "a"";b", 'a' 'b;' 'c';
SELECT 'it\'s; ok', "\";", '\\';
CREATE TABLE `a``b;` (`x\` INT, `c``;d` INT, `e``` INT);
SELECT `a``b;`.`x;`.`y;`, _utf8mb4'x;', N'y;', x'00', b'1';
