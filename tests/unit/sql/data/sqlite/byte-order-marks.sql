CREATE TABLE t (v TEXT);
-- the end﻿
﻿INSERT INTO t﻿ VALUES ('﻿a﻿﻿');
﻿;﻿﻿
SELECT "﻿"﻿