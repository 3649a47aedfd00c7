// Of ECharts only what is drawn with it.
import { BarChart, CustomChart, LineChart, ScatterChart } from 'echarts/charts'
import { GraphicComponent, GridSimpleComponent, MarkLineComponent } from 'echarts/components'
import { init, use } from 'echarts/core'
import { SVGRenderer } from 'echarts/renderers'

use([BarChart, CustomChart, LineChart, ScatterChart, GridSimpleComponent, GraphicComponent, MarkLineComponent, SVGRenderer])

export { init }
export type { EChartsCoreOption as Option, ECharts } from 'echarts/core'
