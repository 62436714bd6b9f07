from bihuan.reports.rules.chapters import Chapter, Paragraph

CHAPTER = Chapter(
    id="transition",
    heading="以绿色发展为导向，推动绿色低碳转型",
    paragraphs=(
        Paragraph(
            id="synergy",
            lead="推进减污降碳协同",
            text=(
                "推进“两高”行业减污降碳协同管理试点，零碳未来城同位素产业园累计引进产业项目"
                "{projects_isotope_projects}、总投资{projects_isotope_investment}。"
                "{pilots_parks}园区入选全省减污降碳协同试点{pilots_rank:clause}，"
                "{pilots_towns}镇（街道）、{pilots_villages}村（社区）入选全省低（零）碳试点，"
                "累计获省级环保专项激励资金{pilots_incentive_funds}。"
            ),
        ),
        Paragraph(
            id="trading",
            lead="拓宽转化通道",
            text=(
                "深化排污权交易和用能权有偿使用，排污权有偿使用和交易累计金额{rights_trade_total}，"
                "占全省{rights_trade_share}；发放排污权贷款{loans_granted_total}{loans_rank:clause}。"
            ),
        ),
        Paragraph(
            id="investment",
            lead="扩大有效投资",
            text=(
                "实行“项目包干制”，全年完成生态环境治理投资{projects_investment}，"
                "同比{projects_investment_growth:change}{projects_rank:clause}。"
            ),
        ),
    ),
)
