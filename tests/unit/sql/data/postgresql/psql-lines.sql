--
-- dump
--

\restrict aBc'D

-- set
SET x = 0;
\echo hello
SELECT 1;
\unrestrict aBc'D
