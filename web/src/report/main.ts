import { mount } from 'svelte'
import type { Picture } from '../picture'
import '../parts/page.css'
import Report from './Report.svelte'

const told = document.getElementById('picture')?.textContent
const picture = told ? (JSON.parse(told) as Picture) : null
mount(Report, { target: document.getElementById('page')!, props: { picture } })
