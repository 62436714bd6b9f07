from bihuan.reports.rules.chapters import Chapter, Paragraph

CHAPTER = Chapter(
    id="quality",
    heading="以污染防治攻坚为重点，持续改善生态环境质量",
    paragraphs=(
        Paragraph(
            id="water",
            lead="深化碧水行动",
            text=(
                "推进碧水绕城、绕镇、绕村，新建碧水河道{water_clear_channels}{water_recognition:clause}。"
                "推广稻田退水“零直排”，累计建成示范面积{paddies_demonstration_area}{paddies_recognition:clause}。"
                "加强入海总磷、总氮管控，{water_clean_discharge_plants}排海城镇污水厂全部完成清洁排放改造。"
                "国控、省控、市控地表水断面Ⅲ类及以上水体比例均达到{water_sections_class_three}。"
            ),
        ),
        Paragraph(
            id="air",
            lead="深化蓝天行动",
            text=(
                "建立分散吸附、集中再生的活性炭治理体系和建筑工地扬尘“红黑榜”机制。"
                "空气质量综合指数{air_composite_index}，PM2.5平均浓度{air_pm25}{air_rank:clause}。"
            ),
        ),
        Paragraph(
            id="soil",
            lead="深化净土清废行动",
            text=(
                "小微企业危险废物统一收集累计签约企业{waste_collection_firms:over}，"
                "服务{waste_collection_services:over}{waste_rank:clause}。"
                "深化全域“无废”创建，建设各类“无废细胞”{cells_certified}{cells_rank:clause}。"
            ),
        ),
    ),
)
