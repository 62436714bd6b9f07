from bihuan.reports.rules.chapters import Chapter, Paragraph

CHAPTER = Chapter(
    id="oversight",
    heading="以数字监管为支撑，提升问题发现和处置能力",
    paragraphs=(
        Paragraph(
            id="discovery",
            lead="全方位发现问题",
            text=(
                "部署开展{patrol_campaign_rounds}生态环境问题“大排查、大曝光、大整治”行动，"
                "依托全市{patrol_grids}网格、{patrol_micro_grids}微网格"
                "和{patrol_volunteers:over}“民间河长”“民间闻臭师”，"
                "在线报事、线上交办、限期整改，平台累计解决问题{patrol_problems_solved:over}{patrol_recognition:clause}。"
            ),
        ),
        Paragraph(
            id="supervision",
            lead="全过程监管问题",
            text=(
                "以摄像头、无人机和大数据强化日常监测，环保“e企管”平台对企业自动监控数据和产治污设施运行工况实行"
                "“一码统管”，全市{enterprises_coded}企业赋码运行，排污许可证证后执法监管同步开展。"
            ),
        ),
        Paragraph(
            id="loop",
            lead="全闭环整改问题",
            text=(
                "落实“七张问题清单”机制，对清单问题实行日提醒、周亮晒、月复盘，对清单指数实行红黄绿码动态管理。"
                "本年度清单指数{lists_index_first_months}列全省第一{lists_recognition:clause}。"
            ),
        ),
    ),
)
