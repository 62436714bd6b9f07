"""The form of each act, by its event."""

from bihuan.loop.forms import closing, discovery, planning, work
from bihuan.loop.forms.base import ActForm
from bihuan.loop.forms.discovery import ReportForm

FORMS: dict[str, type[ActForm]] = {
    form.event: form
    for form in (
        discovery.LinkDuplicateForm,
        discovery.DeclineForm,
        discovery.AcceptReportForm,
        discovery.FindUnfoundedForm,
        discovery.RegisterForm,
        discovery.AssignForm,
        discovery.ReassignForm,
        discovery.SendBackForm,
        planning.SubmitPlanForm,
        planning.ApprovePlanForm,
        planning.ReturnPlanForm,
        planning.RequestPlanChangeForm,
        planning.DecidePlanChangeForm,
        work.StartForm,
        work.ProgressForm,
        work.AttachForm,
        work.ClaimMilestoneForm,
        work.AcceptMilestoneForm,
        work.StageCloseForm,
        work.ContinueForm,
        work.SuspendForm,
        work.ResumeForm,
        work.SelfCheckForm,
        work.FailAcceptanceForm,
        work.PassAcceptanceForm,
        closing.PubliciseForm,
        closing.UpholdObjectionForm,
        closing.DismissObjectionForm,
        closing.SignClosureForm,
        closing.CloseForm,
        closing.FileForm,
        closing.KeepLongTermForm,
        closing.ReviewForm,
        closing.ReopenForm,
        closing.ArchiveForm,
        closing.VisitForm,
        work.RemindForm,
    )
}

__all__ = ["FORMS", "ActForm", "ReportForm"]
