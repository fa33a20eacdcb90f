"""What the tests of s3: locations share: a bucket of the stand-in for AWS (tests/services/aws), which checks every signature."""
from aws import Aws
from program import HISTORY, ProgramTest


class S3Test(ProgramTest):
    """A test with a bucket `mig` whose folder `app` is the location."""
    location = "s3:mig/app"

    def setUp(self):
        super().setUp()
        self.aws = Aws(self)

    def objects(self, *names, bucket="mig", folder="app/"):
        """Versioned migrations V1 … of one table each, by these descriptions."""
        for version, name in enumerate(names, 1):
            self.aws.put(bucket, f"{folder}V{version}__{name}.sql", f"CREATE TABLE t{version} (x INT);\n")

    def start(self, *words, environment=None, **options):
        environment = self.aws.environment() if environment is None else environment
        return super().start(f"-locations={self.location}", *words, env=environment, **options)

    def column(self, name="script"):
        return [row[0] for row in self.database.query(
            f"SELECT {name} FROM {HISTORY} WHERE type <> 'SCHEMA' ORDER BY installed_rank")]

    def gets(self):
        return [request for request in self.aws.requests if "?" not in request]

    def lists(self):
        return [request for request in self.aws.requests if "list-type=2" in request]

    def faults(self, *faults):
        self.aws.restart(*(word for fault in faults for word in ("--fault", fault)))
