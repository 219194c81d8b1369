"""Long work that somebody waits for: feeds, imports, exports."""

from django.db import models


class Job(models.Model):
    """One asked-for piece of long work with its progress; `GET /jobs/{ref}` shows it."""

    class Status(models.TextChoices):
        """A job ends DONE or FAILED and stays that way."""

        RECEIVING = "RECEIVING", "Receiving"
        QUEUED = "QUEUED", "Queued"
        RUNNING = "RUNNING", "Running"
        DONE = "DONE", "Done"
        FAILED = "FAILED", "Failed"
        CANCELLED = "CANCELLED", "Cancelled"

    ref = models.CharField(max_length=20, unique=True)
    kind = models.CharField(max_length=64)
    status = models.CharField(max_length=16, choices=Status.choices, default=Status.QUEUED)
    client = models.ForeignKey("kernel.ApiClient", null=True, on_delete=models.SET_NULL, related_name="+")
    actor = models.CharField(max_length=150)
    rows_total = models.IntegerField(default=0)
    rows_done = models.IntegerField(default=0)
    rows_failed = models.IntegerField(default=0)
    errors = models.JSONField(default=list)
    result = models.JSONField(default=dict)
    payload = models.BinaryField(null=True)
    lease_until = models.DateTimeField(null=True)
    created_at = models.DateTimeField()
    finished_at = models.DateTimeField(null=True)

    class Meta:
        db_table = "kernel_job"
        indexes = [models.Index(fields=["status", "created_at"], name="job_queue")]

    def __str__(self) -> str:
        return self.ref

    #: Where `result` says how many rows were read, of a feed that is read to its end before the first row is applied.
    READ = "rows_read"

    @property
    def progress(self) -> int:
        """How far it is, of `rows_total`: a row that was read counts for half, one that is done for the whole."""
        return (int(self.result.get(self.READ, self.rows_done)) + self.rows_done) // 2


class JobChunk(models.Model):
    """Some rows of a job, compressed, that wait to be applied; the transaction that applies them deletes them."""

    job = models.ForeignKey(Job, on_delete=models.CASCADE, related_name="+", db_index=False)
    number = models.IntegerField()
    rows = models.IntegerField()
    body = models.BinaryField()

    class Meta:
        db_table = "kernel_job_chunk"
        constraints = [models.UniqueConstraint(fields=["job", "number"], name="job_chunk_once")]

    def __str__(self) -> str:
        return f"{self.job_id}/{self.number}"


class JobFault(models.Model):
    """One wrong place in the rows of a job; `row` counts from 1."""

    job = models.ForeignKey(Job, on_delete=models.CASCADE, related_name="faults", db_index=False)
    row = models.IntegerField()
    pointer = models.TextField()
    field = models.TextField()
    code = models.TextField()
    detail = models.TextField()

    class Meta:
        db_table = "kernel_job_fault"
        indexes = [models.Index(fields=["job", "row", "id"], name="job_fault_row")]

    def __str__(self) -> str:
        return f"{self.job_id}/{self.row}: {self.code}"
