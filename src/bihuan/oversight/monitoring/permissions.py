from bihuan.kernel.people.permissions import OFFICES, Role

HANDLE, MARK, ANSWER_MARK, RULES = "alarm.handle", "mark.make", "mark.decide", "rule.publish"
ORDER, QUARANTINE = "device.order", "quarantine.settle"

PERMISSIONS: dict[str, tuple[Role, ...]] = {
    HANDLE: OFFICES,
    MARK: (*OFFICES, Role.ENTERPRISE_CLERK),
    ANSWER_MARK: OFFICES,
    RULES: (Role.CITY_OFFICE,),
    ORDER: (Role.CITY_OFFICE, Role.COUNTY_OFFICE),
    QUARANTINE: (Role.CITY_OFFICE,),
}
