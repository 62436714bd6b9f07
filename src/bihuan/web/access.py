"""The access table: every address, who may use it, and what everybody else gets.

A row holds for the people and things of the base world. Whoever is in `may` gets `outcome`; who only sees the
thing is forbidden (403); from all others it is hidden (404). Strangers are sent to log in, or get `stranger`.
"""

from dataclasses import dataclass

CITY = ("leader", "city_officer", "list_manager", "auditor")
COUNTY = (*CITY, "county_officer")
PARTIES = (*COUNTY, "handler", "acceptor")
EVERYBODY = (*PARTIES, "grid_worker", "clerk", "administrator", "outsider")
REPORTERS = tuple(user for user in EVERYBODY if user not in ("auditor", "administrator"))
ADMINISTRATORS = ("administrator",)
NOT_ADMINISTRATORS = tuple(user for user in EVERYBODY if user not in ADMINISTRATORS)
ACCOUNT_READERS = ("administrator", "auditor")
CITY_OFFICE = ("city_officer",)
OFFICES = ("city_officer", "county_officer", "outsider")
OWN_OFFICES = ("city_officer", "county_officer")
RECORDERS = ("city_officer", "list_manager", "county_officer", "outsider")
AUDITORS = ("leader", "city_officer", "auditor")
NOT_OFFICES = tuple(user for user in EVERYBODY if user not in OFFICES)

LOGIN = 302


@dataclass(frozen=True)
class Page:
    """`things` name what the address holds, in its order (see the tests); `method` is the one asked."""

    name: str
    things: tuple[str, ...] = ()
    may: tuple[str, ...] = EVERYBODY
    sees: tuple[str, ...] = EVERYBODY
    outcome: int = 200
    stranger: int = LOGIN
    method: str = "get"

    def expected(self, user: str | None) -> int:
        if user is None:
            return self.stranger
        if user in self.may:
            return self.outcome
        return 403 if user in self.sees else 404


def _open(name: str, *things: str, outcome: int = 200, method: str = "get") -> Page:
    """A page for strangers too."""
    return Page(name, things, outcome=outcome, stranger=outcome, method=method)


def _register(name: str, may: tuple[str, ...] = EVERYBODY) -> tuple[Page, ...]:
    """A list that shows each reader what lies in their reach; everybody may ask for most of them."""
    return tuple(Page(f"{name}-{kind}", may=may) for kind in ("list", "export", "word"))


def _import(name: str, may: tuple[str, ...]) -> tuple[Page, ...]:
    """The waiting file of the tests is the city officer's; to other importers it doesn't exist."""
    others = tuple(user for user in EVERYBODY if user not in may)
    return (
        Page(f"{name}-import", may=may),
        Page(f"{name}-import-preview", ("token",), may=CITY_OFFICE, sees=others),
        Page(f"{name}-import-refused", ("token",), may=CITY_OFFICE, sees=others),
    )


SHELL = (
    _open("landing", outcome=302),
    _open("language", outcome=302, method="post"),
    _open("as-of", outcome=302, method="post"),
    Page("find"),
    Page("wing", ("wing",)),
    Page("city"),
    Page("map"),
    Page("map-counties"),
    Page("map-points"),
)
IDENTITY = (
    Page("login", outcome=302, stranger=200),
    Page("account_login", outcome=302, stranger=200),
    _open("logout", outcome=302, method="post"),
    _open("account_logout", outcome=302, method="post"),
    _open("mfa_authenticate", outcome=302),
    _open("socialaccount_login_cancelled"),
    _open("openid_connect_login", "no_provider", outcome=404),
    _open("openid_connect_callback", "no_provider", outcome=404),
    Page("my-account"),
    Page("mfa_index"),
    Page("my-session-end", ("session",), may=("handler",), sees=(), outcome=302, method="post"),
    Page("account_change_password"),
    Page("account_reauthenticate"),
    Page("mfa_reauthenticate", outcome=302),
    Page("mfa_activate_totp", outcome=302),
    Page("mfa_deactivate_totp", may=(), sees=()),
    Page("mfa_view_recovery_codes", may=(), sees=()),
    Page("mfa_generate_recovery_codes", outcome=302),
    Page("mfa_download_recovery_codes", may=(), sees=()),
    Page("accounts-list", may=ACCOUNT_READERS),
    Page("accounts-export", may=ACCOUNT_READERS),
    Page("accounts-word", may=ACCOUNT_READERS),
    Page("account", ("account",), may=ACCOUNT_READERS),
    Page("account-new", may=ADMINISTRATORS),
    Page("account-correct", ("account",), may=ADMINISTRATORS),
    Page("account-post", ("account",), may=ADMINISTRATORS),
    Page("account-post-end", ("account", "post"), may=ADMINISTRATORS),
    Page("account-act", ("account", "account_act"), may=ADMINISTRATORS),
    Page("account-session-end", ("session",), may=ADMINISTRATORS, outcome=302, method="post"),
    *_register("units", may=ACCOUNT_READERS),
    Page("units-detail", ("unit",), may=ACCOUNT_READERS),
    Page("units-new", may=ADMINISTRATORS),
    Page("units-edit", ("unit",), may=ADMINISTRATORS),
    Page("units-import", may=ADMINISTRATORS),
    Page("units-import-preview", ("token",), may=(), sees=NOT_ADMINISTRATORS),
    Page("units-import-refused", ("token",), may=(), sees=NOT_ADMINISTRATORS),
    Page("security-rules-list", may=ACCOUNT_READERS),
    Page("security-rules-export", may=ACCOUNT_READERS),
    Page("security-rules-word", may=ACCOUNT_READERS),
    Page("security-rules-new", may=ADMINISTRATORS),
    Page("security-rules-edit", ("security_rule",), may=ADMINISTRATORS),
    Page("login-records-list", may=ACCOUNT_READERS),
    Page("login-records-export", may=ACCOUNT_READERS),
    Page("login-records-word", may=ACCOUNT_READERS),
)
WATCH = (
    _open("healthz"),
    _open("readyz", outcome=503),
    _open("metrics"),
)
PUBLIC = (
    _open("public-home"),
    _open("public-notices"),
    _open("public-notice", "public_notice"),
    _open("public-boards"),
    _open("public-board", "board"),
    _open("public-petitions"),
    _open("public-reports"),
    _open("public-report", "report"),
    _open("public-report-docx", "report"),
)
KERNEL = (
    Page("figure-list"),
    Page("figure", ("computed_figure",)),
    Page("figure-record", ("recorded_figure",), may=RECORDERS),
    Page("figure-complete", ("brought_in_figure",), may=("city_officer", "list_manager")),
    Page("evidence-file", ("sha256",), may=PARTIES, sees=()),
    Page("evidence-display", ("sha256",), may=PARTIES, sees=()),
    Page("ledger", may=AUDITORS),
    Page("ledger-verify", may=AUDITORS, outcome=302, method="post"),
    Page("ledger-checkpoint", ("checkpoint",), may=AUDITORS),
    Page("ledger-event", ("sealed_event",), may=PARTIES, sees=()),
    Page("ledger-proof", ("sealed_event",), may=PARTIES, sees=()),
    Page("inbox"),
    Page("inbox-read", outcome=302, method="post"),
    Page("register-columns", ("register",), outcome=302, method="post"),
    Page("view-save", ("register",), outcome=409, method="post"),
    Page("view-change", ("saved_view",), may=("city_officer",), sees=(), outcome=302, method="post"),
    Page("notice", ("notice",), may=("handler",), sees=(), outcome=302),
    Page("notice-preferences"),
    Page("undelivered", may=CITY_OFFICE),
    *_register("deliveries", may=("city_officer", "auditor")),
    *_register("robots", may=CITY_OFFICE),
    Page("robots-new", may=CITY_OFFICE),
    Page("robots-detail", ("robot",), may=CITY_OFFICE),
    Page("robots-edit", ("robot",), may=CITY_OFFICE),
    Page("robot-try", ("robot",), may=CITY_OFFICE, sees=(*COUNTY, "handler"), outcome=302, method="post"),
    Page("notice-rules", may=CITY_OFFICE),
    Page("sending-rule-new", may=CITY_OFFICE),
    Page("kind-rule-new", may=CITY_OFFICE),
)
LOOP = (
    Page("desk"),
    *_register("problems"),
    Page("problems-bulk", ("bulk_act",), may=(*RECORDERS, "leader")),
    Page("problem-new", may=REPORTERS),
    Page("problem", ("problem",), may=PARTIES, sees=()),
    Page("problem-act", ("problem", "event"), may=("handler",), sees=PARTIES),
    Page("source-answer", ("problem", "source"), may=(*OWN_OFFICES, "handler"), sees=PARTIES),
)
INSPECTIONS = (
    Page("inspections"),
    *_register("inspection-rounds"),
    Page("round", ("round",)),
    Page("round-open", may=CITY_OFFICE),
    Page("round-feedback", ("round",), may=CITY_OFFICE),
    Page("round-plan", ("round",), may=CITY_OFFICE),
    Page("annex", ("round",)),
    Page("annex-xlsx", ("round",)),
    *_register("feedback-items"),
    *_import("feedback-items", CITY_OFFICE),
    Page("feedback-item-new", ("round",), may=CITY_OFFICE),
    Page("feedback-item", ("item",), may=COUNTY, sees=()),
    Page("feedback-item-parent", ("item",), may=CITY_OFFICE, sees=COUNTY),
    Page("lookback-list"),
)
PETITIONS = (
    *_register("petitions"),
    *_import("petitions", OFFICES),
    Page("petitions-bulk", ("bulk_act",), may=(*RECORDERS, "leader")),
    Page("petition-new", may=OFFICES),
    Page("petition", ("petition",), may=COUNTY, sees=()),
    Page("petition-act", ("petition", "finding"), may=OWN_OFFICES, sees=COUNTY),
    Page("petition-unmask", ("petition",), may=CITY_OFFICE, sees=COUNTY, method="post"),
    Page("petition-table"),
    Page("petition-table-xlsx"),
    Page("petition-rates"),
    *_register("petition-batches"),
    *_import("petition-batches", OFFICES),
    Page("petition-batch", ("batch",)),
)
SEES_ENTERPRISE = (*COUNTY, "grid_worker", "clerk")
INSPECTORS = ("city_officer", "county_officer", "grid_worker")
HANDLERS = ("city_officer", "list_manager", "county_officer")


def _of_enterprise(name: str, *things: str, may: tuple[str, ...] = OWN_OFFICES) -> Page:
    return Page(name, ("enterprise", *things), may=may, sees=SEES_ENTERPRISE)


ENTERPRISES = (
    *_register("enterprises"),
    *_import("enterprises", OFFICES),
    Page("enterprises-new", may=OFFICES),
    Page("enterprises-edit", ("enterprise",), may=OWN_OFFICES, sees=NOT_OFFICES),
    Page("enterprises-template", may=OFFICES),
    _of_enterprise("enterprise", may=SEES_ENTERPRISE),
    _of_enterprise("enterprise-map", may=SEES_ENTERPRISE),
    _of_enterprise("enterprise-points", may=SEES_ENTERPRISE),
    _of_enterprise("enterprise-plate", may=SEES_ENTERPRISE),
    _of_enterprise("enterprise-act", "enterprise_act"),
    _of_enterprise("enterprise-record-new", "record_kind"),
    _of_enterprise("enterprise-record", "outlet_kind", "outlet"),
    _of_enterprise("enterprise-record-end", "limit_kind", "limit"),
    *_register("outlets"),
    *_import("outlets", OFFICES),
    *_register("loggers"),
    *_import("loggers", OFFICES),
    *_register("limits"),
    *_import("limits", OFFICES),
    *_register("production-facilities"),
    *_import("production-facilities", OFFICES),
    *_register("treatment-facilities"),
    *_import("treatment-facilities", OFFICES),
    *_register("scans"),
    *_register("colour-objections"),
    Page("objection-answer", ("objection",), may=OWN_OFFICES, sees=SEES_ENTERPRISE),
    Page("merger-undo", ("merger",), may=OWN_OFFICES, sees=SEES_ENTERPRISE),
    Page("scan-justify", ("scan",), may=("county_officer",), sees=()),
    Page("colour-rule"),
    _open("code", "code"),
    Page("code-inspect", ("code",), may=INSPECTORS, outcome=409, method="post"),
)


def _of_outlet(name: str, *things: str, may: tuple[str, ...] = SEES_ENTERPRISE) -> Page:
    return Page(name, ("outlet", *things), may=may, sees=SEES_ENTERPRISE)


MONITORED = (
    Page("monitoring-wall"),
    Page("monitoring-counts"),
    Page("monitoring-counties"),
    Page("monitoring-points"),
    *_register("monitored-outlets"),
    _of_outlet("monitoring-outlet"),
    _of_outlet("monitoring-curve"),
    _of_outlet("monitoring-data"),
    _of_outlet("judged-day", "judged_day"),
    _of_outlet("data-mark-new", may=(*HANDLERS, "clerk")),
    *_register("data-marks"),
    Page("data-mark", ("mark",), may=SEES_ENTERPRISE, sees=()),
    Page("data-mark-act", ("mark", "mark_act"), may=HANDLERS, sees=SEES_ENTERPRISE),
    *_register("alarms"),
    Page("alarms-bulk", ("alarm_bulk",), may=RECORDERS),
    Page("alarm", ("alarm",), may=SEES_ENTERPRISE, sees=()),
    Page("alarm-act", ("alarm", "alarm_act"), may=HANDLERS, sees=SEES_ENTERPRISE),
    Page("transmission"),
    Page("transmission-xlsx"),
    Page("transmission-outlets", ("place", "year", "month")),
    Page("transmission-outlets-xlsx", ("place", "year", "month")),
    Page("transmission-hours", ("outlet", "year", "month"), may=SEES_ENTERPRISE, sees=()),
    Page("monitoring-rules"),
    Page("monitoring-rule", ("rule",)),
    Page("monitoring-numbers"),
    Page("monitoring-number-new", ("number_name",), may=CITY_OFFICE),
    Page("monitoring-rule-draft", ("rule",), may=CITY_OFFICE),
    *_register("rejudgements"),
    Page("rejudgement-new", may=CITY_OFFICE),
    Page("rejudgement", ("rejudgement",), may=SEES_ENTERPRISE, sees=()),
    Page("rejudgement-xlsx", ("rejudgement",), may=SEES_ENTERPRISE, sees=()),
    *_register("devices"),
    Page("device", ("mn",), may=SEES_ENTERPRISE, sees=()),
    Page("device-order", ("mn",), may=OWN_OFFICES, sees=SEES_ENTERPRISE),
    Page("device-order-command", ("mn", "command"), may=OWN_OFFICES, sees=SEES_ENTERPRISE),
    *_register("orders"),
    Page("order-withdraw", ("order",), may=OWN_OFFICES, sees=SEES_ENTERPRISE),
    *_register("gaps"),
    *_register("quarantine"),
    Page("quarantine-bulk", ("quarantine_bulk",), may=CITY_OFFICE),
    Page("quarantined-frame", ("kept_frame",), may=SEES_ENTERPRISE, sees=()),
    Page("quarantined-act", ("kept_frame", "frame_act"), may=CITY_OFFICE, sees=SEES_ENTERPRISE),
)
REPORTS = (
    *_register("reports"),
    Page("report-new", may=OFFICES),
    Page("report", ("draft",), may=CITY, sees=()),
    Page("report-edit", ("draft",), may=CITY_OFFICE, sees=CITY),
    Page("report-refresh", ("draft",), may=CITY_OFFICE, sees=CITY, outcome=302, method="post"),
    Page("report-release", ("draft",), may=("leader", "city_officer"), sees=CITY),
    Page("report-withdraw", ("report",), may=("leader", "city_officer")),
    Page("report-docx", ("report",)),
    Page("report-templates", may=CITY_OFFICE),
    Page("report-template-file", ("template",), may=CITY_OFFICE),
)
PAGES = (
    *SHELL,
    *IDENTITY,
    *WATCH,
    *PUBLIC,
    *KERNEL,
    *LOOP,
    *INSPECTIONS,
    *PETITIONS,
    *ENTERPRISES,
    *MONITORED,
    *REPORTS,
)
