"""Signing jobs: a version of an object in, the signed package out.

https://docs.aws.amazon.com/signer/latest/api/API_StartSigningJob.html. AWS signs within seconds; here the job is done when it is
described first.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from botocore.exceptions import ClientError

from sagemaker_sandbox.aws import s3_access
from sagemaker_sandbox.aws.types import now
from sagemaker_sandbox.signer.errors import AccessDeniedException, ResourceNotFoundException, ValidationException
from sagemaker_sandbox.signer.models import Job, find_profile, store_of
from sagemaker_sandbox.signer.packages import UnsignableError, digest, signed

if TYPE_CHECKING:
    from sagemaker_sandbox.aws.principals import Caller
    from sagemaker_sandbox.aws.scope import Scope
    from sagemaker_sandbox.aws.types import Json

PLATFORM: Final = "AWSLambda-SHA384-ECDSA"


def start(request: Json, caller: Caller, scope: Scope) -> Json:
    """Sign a package with the caller's permissions in S3. A token that was used before names the job that it started."""
    store = store_of(scope)
    with store.lock:
        job = next((job for job in store.jobs.values() if job.request["clientRequestToken"] == request["clientRequestToken"]), None)
        if job is None:
            job = _job(request, caller, scope)
            store.jobs[job.identity] = job
            _run(job, scope)
    return {"jobId": job.identity, "jobOwner": scope.account}


def describe(identity: str, scope: Scope) -> Json:
    """Describe a job."""
    job = store_of(scope).jobs.get(identity)
    if job is None:
        raise ResourceNotFoundException(f"The signing job {identity} does not exist.")
    return (
        _summary(job)
        | {
            "profileName": job.profile.name,
            "profileVersion": job.profile.profile_version,
            "platformDisplayName": "AWS Lambda",
            "requestedBy": job.requested_by,
            "statusReason": job.reason,
            "jobOwner": scope.account,
            "jobInvoker": scope.account,
        }
        | ({"completedAt": job.completed} if job.completed else {})
    )


def list_all(scope: Scope) -> Json:
    """List the jobs, the latest first."""
    jobs = sorted(store_of(scope).jobs.values(), key=lambda job: job.created, reverse=True)
    return {"jobs": [_summary(job) for job in jobs]}


def _summary(job: Job) -> Json:
    result = {"signedObject": {"s3": job.signed_object}} if job.status == "Succeeded" else {}
    return {
        "jobId": job.identity,
        "source": job.request["source"],
        "platformId": PLATFORM,
        "createdAt": job.created,
        "status": job.status,
        **result,
    }


def _job(request: Json, caller: Caller, scope: Scope) -> Job:
    profile = find_profile(request["profileName"], scope)
    if profile is None:
        raise ResourceNotFoundException(f"The signing profile {request['profileName']} does not exist.")
    if profile.status != "Active":
        raise ValidationException(f"The signing profile {profile.name} is {profile.status}. Use an active one.")
    if profile.platform_id != PLATFORM:
        raise ValidationException(f"The sandbox signs for the platform {PLATFORM} only, and the profile's is {profile.platform_id}.")
    if "s3" not in request["source"] or not request["destination"].get("s3", {}).get("bucketName"):
        raise ValidationException("source and destination need s3 with a bucketName.")
    job = Job(request, profile, scope, caller.arn)
    source, destination = request["source"]["s3"], job.signed_object
    for needed in (
        *s3_access.to_read(scope, source["bucketName"], source["key"], source["version"]),
        *s3_access.to_write(scope, destination["bucketName"], destination["key"]),
    ):
        denial = caller.denial(needed)
        if denial is not None:
            raise AccessDeniedException(denial)
    return job


def _run(job: Job, scope: Scope) -> None:
    source, destination = job.request["source"]["s3"], job.signed_object
    s3 = scope.client("s3")
    try:
        read = s3.get_object(Bucket=source["bucketName"], Key=source["key"], VersionId=source["version"])
        package = signed(read["Body"].read(), job.arn)
        s3.put_object(Bucket=destination["bucketName"], Key=destination["key"], Body=package)
    except (ClientError, UnsignableError) as error:
        job.status, job.reason = "Failed", str(error)
    else:
        store_of(scope).signatures[digest(package)] = job.signature
        job.status, job.reason = "Succeeded", "Signing Succeeded"
    job.completed = now()
