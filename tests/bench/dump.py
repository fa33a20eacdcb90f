"""Makes dumps of any size, in the forms that the databases' own tools write: for splitting.py and script.py."""

TEXTS = ["a plain text of some length, as most of them are", "it''s quoted; and more", "lines\\nand \\\\ backslashes", "zoë 漢字", ""]
TABLE = "CREATE TABLE things (id INT, name VARCHAR(200), price DECIMAL(10,2), made TIMESTAMP NULL, note TEXT);\n"
FORMS = ("extended", "rows", "copy")    # of mysqldump and mariadb-dump; of sqlite3 and pg_dump --inserts; of pg_dump
PIECE = 1_000_000    # bytes of rows that are made once and repeated


def values(number):
    text = TEXTS[number % len(TEXTS)]
    return number, f"thing number {number}", f"{number % 1000}.50", "2024-02-29 12:00:00", text


def row(number):
    id, name, price, made, text = values(number)
    return f"({id},'{name}',{price},'{made}','{text}')"


def line(number):
    return "\t".join(str(value).replace("''", "'") for value in values(number)) + "\n"


def piece(form):
    """About PIECE bytes of rows with what stands around them."""
    make = {"extended": row, "rows": lambda number: f"INSERT INTO things VALUES{row(number)};\n", "copy": line}[form]
    rows, size = [], 0
    while size < PIECE:
        rows.append(make(len(rows)))
        size += len(rows[-1].encode())
    return f"INSERT INTO things VALUES {','.join(rows)};\n" if form == "extended" else "".join(rows)


def write(path, form, megabytes, before="", after=""):
    """Without the transaction that sqlite3 writes around its own: Flyway takes that for a block without end."""
    text = piece(form).encode()
    with open(path, "wb") as file:
        file.write((TABLE + before).encode())
        if form == "copy":
            file.write(b"COPY things FROM stdin;\n")
        while file.tell() < megabytes * 1_000_000:
            file.write(text)
        file.write(b"\\.\n" if form == "copy" else after.encode())
