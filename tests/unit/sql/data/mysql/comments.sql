-- first; comment's quote
/* block; 'x
 */

  SELECT 1 -- inner; x
  + /* ; */ 2; -- belongs to the next
SELECT 3;