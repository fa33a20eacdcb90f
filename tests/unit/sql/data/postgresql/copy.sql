CREATE TABLE t (id INT);

-- c1

-- c2
COPY t (id, v) FROM stdin; -- note; 'x
1	a;b
2	\N
3	it's -- /*
4	
\.

COPY public.t FROM STDIN WITH (FORMAT csv, HEADER true);
id,v
1,"a;b"
\.x
  \.  
COPY "public"."t" FROM STDIN CSV;
\.
COPY t TO STDOUT;
SELECT 5;
COPY t FROM stdin;
6
7