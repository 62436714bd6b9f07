"""Everything that can be wrong with a frame: a code, how grave it is, and a sentence for the reader."""

from enum import IntEnum, StrEnum

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _


class Grave(IntEnum):
    """`NOTE`: unusual, not in doubt. `REPAIR`: read after a repair. `LOSS`: something can't be used."""

    NOTE = 1
    REPAIR = 2
    LOSS = 3


class Fault(StrEnum):
    NOT_A_FRAME = "not_a_frame"
    NO_ENVELOPE = "no_envelope"
    RUBBISH = "rubbish"
    GLUED = "glued"
    LF_ONLY = "lf_only"
    ODD_LENGTH_FIELD = "odd_length_field"
    BAD_LENGTH = "bad_length"
    WRONG_LENGTH = "wrong_length"
    LENGTH_IN_CHARACTERS = "length_in_characters"
    OVERSIZE = "oversize"
    CUT_SHORT = "cut_short"
    NO_CHECK_VALUE = "no_check_value"
    WRONG_CHECK_VALUE = "wrong_check_value"
    MODBUS_CHECK_VALUE = "modbus_check_value"
    SWAPPED_CHECK_VALUE = "swapped_check_value"
    SHORT_CHECK_VALUE = "short_check_value"
    LOWER_CASE_CHECK_VALUE = "lower_case_check_value"
    ENCRYPTED = "encrypted"
    NO_KEY = "no_key"
    WRONG_KEY = "wrong_key"
    PRINTED_CIPHERTEXT = "printed_ciphertext"
    NO_CP = "no_cp"
    NO_START_MARKS = "no_start_marks"
    NO_END_MARKS = "no_end_marks"
    MISSING_SEMICOLON = "missing_semicolon"
    COMMA_FOR_SEMICOLON = "comma_for_semicolon"
    STRAY_SEPARATOR = "stray_separator"
    TRAILING_SEPARATOR = "trailing_separator"
    BLANKS = "blanks"
    FULL_WIDTH = "full_width"
    NAME_CASE = "name_case"
    UNKNOWN_HEADER_FIELD = "unknown_header_field"
    REPEATED_HEADER_FIELD = "repeated_header_field"
    NO_EQUALS = "no_equals"
    EXTRA_EQUALS = "extra_equals"
    NO_NAME = "no_name"
    NO_ST = "no_st"
    NO_CN = "no_cn"
    NO_MN = "no_mn"
    ODD_ST = "odd_st"
    NO_QN = "no_qn"
    BAD_QN = "bad_qn"
    QN_EPOCH = "qn_epoch"
    BAD_FLAG = "bad_flag"
    BAD_PARTS = "bad_parts"
    PARTS_MISSING = "parts_missing"
    PARTS_UNANNOUNCED = "parts_unannounced"
    OTHER_DIALECT = "other_dialect"
    REPEATED_NAME = "repeated_name"
    SEVERAL_FACTORS = "several_factors"
    SPLIT_FACTOR = "split_factor"
    CODE_MISPRINT = "code_misprint"
    CODE_CASE = "code_case"
    SUFFIX_MISPRINT = "suffix_misprint"
    FLAG_WITHOUT_FACTOR = "flag_without_factor"
    FLAG_TOO_LONG = "flag_too_long"
    NO_VALUE = "no_value"
    NOT_A_NUMBER = "not_a_number"
    BAD_TIME = "bad_time"
    TIME_WITH_MILLISECONDS = "time_with_milliseconds"
    TIME_WITHOUT_SECONDS = "time_without_seconds"
    NO_DATA_TIME = "no_data_time"
    GB18030 = "gb18030"
    BAD_TEXT = "bad_text"


_N, _R, _L = Grave.NOTE, Grave.REPAIR, Grave.LOSS

FAULTS: dict[Fault, tuple[Grave, str | Promise]] = {
    Fault.NOT_A_FRAME: (_L, _("Nothing of a frame can be recognised.")),
    Fault.NO_ENVELOPE: (_L, _("A data segment alone: no ##, no length, no check value.")),
    Fault.RUBBISH: (_R, _("Bytes that belong to no frame stand before it.")),
    Fault.GLUED: (_N, _("It follows the frame before without a line end.")),
    Fault.LF_ONLY: (_N, _("The frame before ends with a line feed alone.")),
    Fault.ODD_LENGTH_FIELD: (_R, _("The length has not four digits.")),
    Fault.BAD_LENGTH: (_R, _("The length is missing or can't be meant; the end marks say where it ends.")),
    Fault.WRONG_LENGTH: (_R, _("The length is wrong; end marks and check value say where the frame ends.")),
    Fault.LENGTH_IN_CHARACTERS: (_R, _("The length counts characters where it should count bytes.")),
    Fault.OVERSIZE: (_N, _("The data segment is longer than 1,024 bytes.")),
    Fault.CUT_SHORT: (_L, _("The frame breaks off before its end.")),
    Fault.NO_CHECK_VALUE: (_L, _("There is no check value.")),
    Fault.WRONG_CHECK_VALUE: (_L, _("The check value is wrong by every known routine.")),
    Fault.MODBUS_CHECK_VALUE: (_R, _("The check value was made by the ordinary Modbus routine.")),
    Fault.SWAPPED_CHECK_VALUE: (_R, _("The two bytes of the check value are exchanged.")),
    Fault.SHORT_CHECK_VALUE: (_N, _("The leading zeros of the check value are missing.")),
    Fault.LOWER_CASE_CHECK_VALUE: (_N, _("The check value is written in small letters.")),
    Fault.ENCRYPTED: (_N, _("The data are encrypted (SM4).")),
    Fault.NO_KEY: (_L, _("The data are encrypted and no key is known.")),
    Fault.WRONG_KEY: (_L, _("The data are encrypted with another key.")),
    Fault.PRINTED_CIPHERTEXT: (_R, _("The encrypted bytes are written out as {0x…} instead of sent.")),
    Fault.NO_CP: (_L, _("There is no data part (CP).")),
    Fault.NO_START_MARKS: (_R, _("The && before the data is missing.")),
    Fault.NO_END_MARKS: (_R, _("The && after the data is missing.")),
    Fault.MISSING_SEMICOLON: (_R, _("A semicolon is missing in the header.")),
    Fault.COMMA_FOR_SEMICOLON: (_R, _("A comma stands for a semicolon in the header.")),
    Fault.STRAY_SEPARATOR: (_R, _("A comma or semicolon stands where nothing is separated.")),
    Fault.TRAILING_SEPARATOR: (_N, _("The data end with a comma or semicolon.")),
    Fault.BLANKS: (_R, _("Blanks stand where none belong.")),
    Fault.FULL_WIDTH: (_R, _("Full-width punctuation stands for plain punctuation.")),
    Fault.NAME_CASE: (_R, _("A name has capital and small letters exchanged.")),
    Fault.UNKNOWN_HEADER_FIELD: (_N, _("The header holds a field the standard doesn't know.")),
    Fault.REPEATED_HEADER_FIELD: (_R, _("A header field comes twice; the first one counts.")),
    Fault.NO_EQUALS: (_L, _("A field has a name and no equals sign.")),
    Fault.EXTRA_EQUALS: (_R, _("A field has more than one equals sign.")),
    Fault.NO_NAME: (_L, _("A value has no name.")),
    Fault.NO_ST: (_L, _("The system code (ST) is missing.")),
    Fault.NO_CN: (_L, _("The command (CN) is missing or not a number.")),
    Fault.NO_MN: (_L, _("The device number (MN) is missing.")),
    Fault.ODD_ST: (_N, _("The system code (ST) has not two characters.")),
    Fault.NO_QN: (_N, _("An answer is asked for without a request number (QN).")),
    Fault.BAD_QN: (_R, _("The request number (QN) is no time.")),
    Fault.QN_EPOCH: (_R, _("The request number (QN) counts milliseconds since 1970.")),
    Fault.BAD_FLAG: (_R, _("The flag is not a whole number from 0 to 255.")),
    Fault.BAD_PARTS: (_R, _("The number of the part and the number of parts don't fit together.")),
    Fault.PARTS_MISSING: (_N, _("The flag announces parts, but none are numbered.")),
    Fault.PARTS_UNANNOUNCED: (_N, _("Parts are numbered, but the flag doesn't announce them.")),
    Fault.OTHER_DIALECT: (_N, _("The flag claims an edition that didn't exist at that time.")),
    Fault.REPEATED_NAME: (_R, _("A name comes twice; both values are kept.")),
    Fault.SEVERAL_FACTORS: (_R, _("Commas stand between different factors.")),
    Fault.SPLIT_FACTOR: (_N, _("Semicolons stand between the fields of one factor.")),
    Fault.CODE_MISPRINT: (_R, _("The first letter of a factor's code is missing.")),
    Fault.CODE_CASE: (_R, _("A factor's code is written in capital letters.")),
    Fault.SUFFIX_MISPRINT: (_R, _("What is measured is misspelt.")),
    Fault.FLAG_WITHOUT_FACTOR: (_R, _("A data flag doesn't say to which factor it belongs.")),
    Fault.FLAG_TOO_LONG: (_R, _("A data flag has more than one character.")),
    Fault.NO_VALUE: (_L, _("A field is empty.")),
    Fault.NOT_A_NUMBER: (_L, _("A value is not a number.")),
    Fault.BAD_TIME: (_L, _("A time is no time.")),
    Fault.TIME_WITH_MILLISECONDS: (_R, _("A time carries milliseconds.")),
    Fault.TIME_WITHOUT_SECONDS: (_R, _("A time lacks its seconds.")),
    Fault.NO_DATA_TIME: (_L, _("The data don't say of what time they are.")),
    Fault.GB18030: (_R, _("The text is GB 18030 instead of UTF-8.")),
    Fault.BAD_TEXT: (_L, _("Some bytes are no text.")),
}
